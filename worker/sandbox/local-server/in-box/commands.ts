import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, readdirSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { makePipe } from "./pipes.ts";
import { type Reply, type RunRequest, WINDOW_BYTES } from "./protocol.ts";

/**
 * One command: starting → running → exited → drained (exit reported) → its pipes at an end. A background
 * process may hold the pipes for long after the exit: they are then read and thrown away, so that it never
 * blocks on, or dies of, what it prints.
 */
type Running = {
  id: number;
  child: ChildProcess;
  open: number;
  unacknowledged: number;
  /** Calls the stream that waits for an acknowledgement. */
  wake: (() => void)[];
  lastDataAt: number;
  exitedAt: number | null;
  bytesSinceExit: number;
  /** Nothing is sent any more. */
  silent: boolean;
};
type Send = (reply: Reply, bytes?: Uint8Array) => void;
type OpenStream = (fd: number) => AsyncIterable<Uint8Array>;

/** How long to wait for the last output after the exit, in ms, and how much of it is read. */
const DRAIN_QUIET_MS = 150;
const DRAIN_BYTES = 1024 * 1024;
const STOP_GRACE_MS = 250;
const RESCUE_TRIES = 100;
const RESCUE_PAUSE_MS = 20;
const DIGIT_9 = 57;
/** A command goes before the supervisor when memory is short. */
const OOM_SCORE = "600";

type Means = { send: Send; openStream: OpenStream; maxProcesses: number };

export function makeCommands({ send, openStream, maxProcesses }: Means) {
  const running = new Map<number, Running>();

  async function run(request: RunRequest): Promise<void> {
    try {
      const started = await startWithRescue(request, maxProcesses);
      const command = track(request.id, started.child, started.ends.length);
      running.set(request.id, command);
      const exited = exitOf(started.child);
      const pumps = started.ends.map((fd, index) =>
        pump({ send, openStream }, command, { fd, stream: index + 1 }),
      );
      const timer = armTimeout(command, request.timeoutMs);
      const end = await exited;
      command.exitedAt = Date.now();
      clearTimeout(timer);
      await Promise.race([Promise.all(pumps), drained(command)]);
      command.silent = true;
      wakeAll(command);
      send({ t: "exit", id: request.id, ...end, note: started.note });
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      send({ t: "failed", id: request.id, status: 500, code: "COMMAND_NOT_STARTED", message });
    } finally {
      running.delete(request.id);
    }
  }

  return {
    run,
    stop: (id: number): void => stopCommand(running.get(id)),
    ack(id: number, bytes: number): void {
      const command = running.get(id);
      if (!command) return;
      command.unacknowledged -= bytes;
      wakeAll(command);
    },
    detach(id: number): void {
      const command = running.get(id);
      if (!command) return;
      command.silent = true;
      wakeAll(command);
    },
  };
}

async function pump(
  { send, openStream }: Pick<Means, "send" | "openStream">,
  command: Running,
  { fd, stream }: { fd: number; stream: number },
): Promise<void> {
  try {
    for await (const bytes of openStream(fd)) {
      command.lastDataAt = Date.now();
      if (command.exitedAt !== null) command.bytesSinceExit += bytes.length;
      if (command.silent) continue;
      send({ t: "out", id: command.id, stream }, bytes);
      command.unacknowledged += bytes.length;
      while (command.unacknowledged > WINDOW_BYTES && !command.silent) {
        await new Promise<void>((resolve) => command.wake.push(resolve));
      }
    }
  } finally {
    command.open -= 1;
    closeSync(fd);
  }
}

function wakeAll(command: Running): void {
  for (const wake of command.wake.splice(0)) wake();
}

type Started = { child: ChildProcess; ends: number[]; note: string | null };

/** A box that is out of processes is freed of those that commands left behind, and it is said. */
async function startWithRescue(request: RunRequest, maxProcesses: number): Promise<Started> {
  if (!isFull(maxProcesses)) return { ...(await start(request, maxProcesses)), note: null };
  process.kill(-1, "SIGKILL");
  for (let tries = 0; tries < RESCUE_TRIES && isFull(maxProcesses); tries++) await wait(RESCUE_PAUSE_MS);
  const note = "The box had no process left: everything that earlier commands left running was ended.";
  return { ...(await start(request, maxProcesses)), note };
}

/** Nearly: a command that can start and then fork nothing is of no use. */
function isFull(maxProcesses: number): boolean {
  const running = readdirSync("/proc").filter((name) => name.charCodeAt(0) <= DIGIT_9).length;
  return running > maxProcesses * 0.9;
}

async function start(
  request: RunRequest,
  maxProcesses: number,
): Promise<{ child: ChildProcess; ends: number[] }> {
  const out = makePipe();
  const err = makePipe();
  const limit = `--nproc=${maxProcesses}:${maxProcesses}`;
  // Commands get less than the supervisor may have: at its own limit it would crash.
  const child = spawn("/usr/bin/prlimit", [limit, "/bin/bash", "-c", request.command], {
    cwd: request.cwd,
    env: { ...process.env, PWD: request.cwd, ...request.env },
    stdio: ["ignore", out.writeEnd, err.writeEnd],
    detached: true,
  });
  closeSync(out.writeEnd);
  closeSync(err.writeEnd);
  try {
    await spawned(child);
  } catch (thrown) {
    closeSync(out.readEnd);
    closeSync(err.readEnd);
    throw thrown;
  }
  goFirstWhenMemoryEnds(child);
  return { child, ends: [out.readEnd, err.readEnd] };
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
}

type End = { code: number | null; signal: string | null };

function exitOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve({ code: child.exitCode, signal: child.signalCode });
    }
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

function track(id: number, child: ChildProcess, open: number): Running {
  const times = { lastDataAt: Date.now(), exitedAt: null, bytesSinceExit: 0 };
  return { id, child, open, unacknowledged: 0, wake: [], silent: false, ...times };
}

async function drained(command: Running): Promise<void> {
  while (command.open > 0 && command.bytesSinceExit < DRAIN_BYTES) {
    const last = Math.max(command.lastDataAt, command.exitedAt ?? 0);
    const held = command.unacknowledged > WINDOW_BYTES && !command.silent;
    if (!held && Date.now() - last >= DRAIN_QUIET_MS) return;
    await wait(10);
  }
}

function armTimeout(command: Running, timeoutMs: number): NodeJS.Timeout | undefined {
  if (timeoutMs <= 0) return undefined;
  return setTimeout(() => stopCommand(command), timeoutMs);
}

function stopCommand(command: Running | undefined): void {
  if (!command || command.exitedAt !== null) return;
  signalGroup(command, "SIGTERM");
  setTimeout(() => signalGroup(command, "SIGKILL"), STOP_GRACE_MS);
}

/** The group outlives its first process; a process that made a session of its own is not in it. */
function signalGroup(command: Running, signal: NodeJS.Signals): void {
  if (command.child.pid === undefined) return;
  try {
    process.kill(-command.child.pid, signal);
  } catch {
    // The whole group has ended.
  }
}

function goFirstWhenMemoryEnds(child: ChildProcess): void {
  try {
    writeFileSync(`/proc/${child.pid}/oom_score_adj`, OOM_SCORE);
  } catch {
    // It has ended already.
  }
}
