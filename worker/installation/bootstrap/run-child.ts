import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { parentIsGone, stopWhenAlone } from "./parent.ts";

const PARENT_POLL_MS = 250;
const IMPATIENT_AFTER_MS = 2_000;

export type ProgramOptions = { args: readonly string[]; stdin?: "ignore" | "inherit" };

/**
 * Runs a program of the project in a process of its own and answers its exit code. No way of ending this process
 * leaves it behind: signals are passed on once as SIGTERM (a second one kills), it ends when our parent is gone,
 * and it watches us itself for the case that we are killed (`stop-with-parent.ts`).
 */
export function runProgram(
  root: string,
  file: string,
  { args, stdin = "ignore" }: ProgramOptions,
): Promise<number> {
  stopWhenAlone();
  const preload = join(root, "worker/installation/processes/stop-with-parent.ts");
  const child = spawn(process.execPath, ["--preload", preload, join(root, file), ...args], {
    // Of its own group: Ctrl-C in a terminal reaches us alone, and once.
    detached: true,
    stdio: [stdin, "inherit", "inherit"],
    env: { ...process.env, PIHORDEV_PARENT_PID: String(process.pid) },
  });
  const stopWatching = stopWithUs(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      stopWatching();
      resolve(code ?? 1);
    });
  });
}

/** One Ctrl-C may arrive twice (from the terminal and from npx): only a later one means impatience. */
function stopWithUs(child: ChildProcess): () => void {
  let askedAt: number | null = null;
  const stop = () => {
    const now = performance.now();
    if (askedAt === null) child.kill("SIGTERM");
    else if (now - askedAt > IMPATIENT_AFTER_MS) child.kill("SIGKILL");
    askedAt ??= now;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  const poll = setInterval(() => {
    if (!parentIsGone()) return;
    clearInterval(poll);
    stop();
  }, PARENT_POLL_MS);
  return () => clearInterval(poll);
}
