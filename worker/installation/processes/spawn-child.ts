import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as z from "zod";

/** What a start of a child is given. */
export type Launch = { env: Record<string, string>; firstLine: unknown };

/** What a child prints once it serves: for its supervisor, not for the terminal. */
const readyLineSchema = z.object({ ready: z.literal(true), port: z.number().optional() });
export type ReadyLine = z.infer<typeof readyLineSchema>;

export type Ears = { say(line: string): void; onReady(line: ReadyLine): void };

const ROOT = join(import.meta.dirname, "../../..");

/**
 * Starts an entry file of the project. Secrets go through stdin, where no other program of the machine can look;
 * stdin stays open: its end means that we are gone. What the child prints is given to `say`, line by line, but for
 * the line that says it is ready.
 */
export function spawnChild(file: string, launch: Launch, { say, onReady }: Ears): ChildProcess {
  const preload = join(import.meta.dirname, "stop-with-parent.ts");
  const child = spawn(process.execPath, ["--preload", preload, join(ROOT, file)], {
    cwd: ROOT,
    // Of its own group: a Ctrl-C must not reach it before its turn in the ordered stop.
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...launch.env, PIHORDEV_PARENT_PID: String(process.pid) },
  });
  // A child that dies before it read the line: its exit is reported, the broken pipe adds nothing.
  child.stdin.on("error", () => {});
  child.stdin.write(`${JSON.stringify(launch.firstLine)}\n`);
  createInterface({ input: child.stdout }).on("line", (line) => {
    const ready = readReadyLine(line);
    if (ready === null) say(line);
    else onReady(ready);
  });
  return child;
}

/** SIGTERM, and SIGKILL when it has not ended after `timeoutMs`. */
export async function endChild(child: ChildProcess | null, timeoutMs: number): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  await ended;
  clearTimeout(killer);
}

function readReadyLine(line: string): ReadyLine | null {
  if (!line.startsWith("{")) return null;
  try {
    return readyLineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
