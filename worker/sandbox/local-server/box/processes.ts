import { readdirSync, readFileSync } from "node:fs";

/** One row of the machine's process table. `startedAt` (ticks since boot) tells a reused pid from the old one. */
export type ProcessRow = { pid: number; parent: number; state: string; startedAt: string };

export function readProcess(pid: number): ProcessRow | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name is in parentheses and may hold anything; fields are counted after the last one.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      pid,
      state: fields[0] ?? "",
      parent: Number(fields[1]),
      startedAt: fields[19] ?? "",
    };
  } catch {
    return null;
  }
}

/** All processes that come from `pid`, itself first, in no other order. */
export function processTree(pid: number): ProcessRow[] {
  const children = new Map<number, ProcessRow[]>();
  const rows = allProcesses();
  for (const row of rows) children.set(row.parent, [...(children.get(row.parent) ?? []), row]);
  const tree = rows.filter((row) => row.pid === pid);
  for (let index = 0; index < tree.length; index++)
    tree.push(...(children.get(tree[index]?.pid ?? -1) ?? []));
  return tree;
}

/** True also for a pid that now belongs to another process; a zombie counts as ended. */
export function hasEnded(process: { pid: number; startedAt: string }): boolean {
  const now = readProcess(process.pid);
  return now === null || now.startedAt !== process.startedAt || now.state === "Z";
}

/** Memory that the process holds in RAM, in bytes; 0 when it has ended. */
export function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(status.match(/^VmRSS:\s+(\d+) kB$/m)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function allProcesses(): ProcessRow[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => readProcess(Number(pid)) ?? []);
}
