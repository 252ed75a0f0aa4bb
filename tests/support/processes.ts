import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { identityOf, isAlive, type ProcessIdentity } from "../../sql/installation/process-identity.ts";

/** Every living process below `pid`, with it: taken before something is killed, to see later that all are gone. */
export function treeOf(pid: number): ProcessIdentity[] {
  const parents = new Map<number, number[]>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(Number(entry));
    if (parent !== null) parents.set(parent, [...(parents.get(parent) ?? []), Number(entry)]);
  }
  const below = (of: number): number[] => [of, ...(parents.get(of) ?? []).flatMap(below)];
  return below(pid).flatMap((each) => identityOf(each) ?? []);
}

/** The command line, its words joined by blanks; empty when the process is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

/** Waits until none of them lives. Throws with those that still do. */
export async function untilGone(processes: readonly ProcessIdentity[], timeoutMs: number): Promise<void> {
  await until(
    () => processes.every((each) => !isAlive(each)),
    timeoutMs,
    () => {
      const left = processes.filter(isAlive).map(({ pid }) => `${pid} ${commandOf(pid)}`);
      return `still running: ${left.join("; ")}`;
    },
  );
}

/** Waits until `condition` holds, looking every 20 ms. Throws with what `otherwise` says. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  otherwise: () => string,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`after ${timeoutMs} ms: ${otherwise()}`);
    await sleep(20);
  }
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}
