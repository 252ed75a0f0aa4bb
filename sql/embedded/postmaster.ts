import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "../../core/errors.ts";

/** What a running server writes into `postmaster.pid`. */
export type Postmaster = { pid: number; port: number; ready: boolean };

const POLL_MS = 10;

/** Reads `postmaster.pid`; null when there is none or it is not yet written. */
export function readPostmaster(data: string): Postmaster | null {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, "utf8").split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === "ready" };
}

/**
 * The server that already runs on `data`, for example after its parent was killed with -9. A pid file whose
 * process is gone, or is another program that got the same number, is removed: the server itself would refuse
 * to start beside it.
 */
export function livingPostmaster(data: string): Postmaster | null {
  const found = readPostmaster(data);
  if (!found) return null;
  if (isServerOf(found.pid, data)) return found;
  rmSync(join(data, "postmaster.pid"), { force: true });
  return null;
}

function isServerOf(pid: number, data: string): boolean {
  if (process.platform !== "linux") return isAlive(pid);
  try {
    const state = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.[0];
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return state !== "Z" && words.includes(data) && (words[0] ?? "").endsWith("postgres");
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Fast shutdown: open transactions roll back, everything committed is kept. Returns when the process has
 * ended: its pid file goes a moment earlier. After `timeoutMs` an immediate
 * shutdown, which also loses nothing committed: the next start replays the log.
 */
export async function stopPostmaster(data: string, pid: number, timeoutMs: number): Promise<void> {
  if (!isServerOf(pid, data)) return;
  signal(pid, "SIGINT");
  if (await isGone(data, pid, timeoutMs)) return;
  signal(pid, "SIGQUIT");
  if (await isGone(data, pid, timeoutMs)) return;
  throw new Unavailable(
    `The database server (process ${pid}) did not stop: end that process and start again.`,
  );
}

function signal(pid: number, name: "SIGINT" | "SIGQUIT"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal: what was wanted.
  }
}

async function isGone(data: string, pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (!isServerOf(pid, data)) return true;
    // Elsewhere than on Linux a zombie counts as alive: there the pid file has to tell.
    if (process.platform !== "linux" && readPostmaster(data)?.pid !== pid) return true;
    await sleep(POLL_MS);
  }
  return false;
}
