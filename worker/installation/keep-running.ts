import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { identityOf, type ProcessIdentity } from "../../sql/installation/process-identity.ts";

/** What a start of the child is given: asked for anew at each start, since ports and keys may have changed. */
export type Launch = { env: Record<string, string>; firstLine: unknown };

export type ChildOptions = {
  name: string;
  /** Entry file, from the project's root. */
  file: string;
  launch(): Launch;
  say(line: string): void;
  /** Called at each start and end. */
  onChange(): void;
  /** First pause before a restart; doubled up to `longestPauseMs` while the child keeps dying. */
  firstPauseMs?: number;
  longestPauseMs?: number;
};

export type KeptChild = {
  /** Null while it is down. */
  identity(): ProcessIdentity | null;
  /** Ends the present process, if any; it is started again with what `launch` says then. */
  restart(timeoutMs: number): Promise<void>;
  /** SIGTERM, after `timeoutMs` SIGKILL; it is not started again. */
  stop(timeoutMs: number): Promise<void>;
};

/** A child that lived this long was healthy: the next pause is the first again. */
const HEALTHY_MS = 30_000;
const ROOT = join(import.meta.dirname, "../..");

/** Starts a program of the project and starts it again whenever it ends, with a line that says so. */
export function keepRunning(options: ChildOptions): KeptChild {
  const { firstPauseMs = 250, longestPauseMs = 15_000 } = options;
  let child: ChildProcess | null = null;
  let timer: NodeJS.Timeout | null = null;
  let wanted = true;
  let expected = false;
  let pauseMs = firstPauseMs;

  function start(): void {
    timer = null;
    const startedAt = performance.now();
    const started = spawnChild(options);
    child = started;
    options.onChange();
    // Spawning may fail, too: then there is an `error` and no `exit`.
    const ended = once((how: string) => {
      child = null;
      options.onChange();
      if (!wanted) return;
      if (performance.now() - startedAt > HEALTHY_MS || expected) pauseMs = firstPauseMs;
      if (!expected) options.say(`The ${options.name} ended (${how}): it is started again in ${pauseMs} ms.`);
      timer = setTimeout(start, expected ? 0 : pauseMs);
      expected = false;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    });
    started.once("error", (error) => ended(error.message));
    started.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
  }

  start();
  return {
    identity: () => (child?.pid === undefined ? null : identityOf(child.pid)),
    restart: async (timeoutMs) => {
      expected = child !== null;
      await end(child, timeoutMs);
    },
    stop: async (timeoutMs) => {
      wanted = false;
      if (timer !== null) clearTimeout(timer);
      await end(child, timeoutMs);
    },
  };
}

/** Secrets go through stdin, where no other program of the machine can look. Stdin stays open: its end means that we are gone. */
function spawnChild({ file, launch, say }: ChildOptions): ChildProcess {
  const { env, firstLine } = launch();
  const preload = join(import.meta.dirname, "stop-with-parent.ts");
  const child = spawn(process.execPath, ["--preload", preload, join(ROOT, file)], {
    cwd: ROOT,
    // Of its own group: a Ctrl-C must not reach it before its turn in the ordered stop.
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...env, PIHORDEV_PARENT_PID: String(process.pid) },
  });
  // A child that dies before it read the line: its exit is reported, the broken pipe adds nothing.
  child.stdin?.on("error", () => {});
  child.stdin?.write(`${JSON.stringify(firstLine)}\n`);
  if (child.stdout)
    createInterface({ input: child.stdout }).on("line", (line) => isReadyLine(line) || say(line));
  return child;
}

/** What a child tells its supervisor is not for the terminal. */
function isReadyLine(line: string): boolean {
  return line.startsWith("{") && line.includes('"ready":true');
}

async function end(child: ChildProcess | null, timeoutMs: number): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  await ended;
  clearTimeout(killer);
}

function once<Argument>(fn: (argument: Argument) => void): (argument: Argument) => void {
  let called = false;
  return (argument) => {
    if (called) return;
    called = true;
    fn(argument);
  };
}
