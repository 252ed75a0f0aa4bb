import { type ChildProcess, spawn } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RepositoryError } from "../../../core/errors.ts";

export type SpawnLimits = {
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  maxOutputBytes: number;
  signal?: AbortSignal;
  input?: Uint8Array | string | Readable;
  onSpawn?: (pid: number) => void;
  watch?: () => Promise<string | null>;
};

export type Finished = {
  exitCode: number | null;
  ended: "exit" | "timeout" | "aborted" | "output" | "watch" | "signal";
  /** The text of `watch`, or the signal's name. */
  detail: string;
  stdout: Buffer;
  /** Its last 64 KiB. */
  stderr: string;
};

const MAX_STDERR_BYTES = 64 * 1024;
const WATCH_MS = 500;

/** Runs a program in a process group of its own, so that ending it ends its helpers (ssh, index-pack) with it. */
export async function spawnBounded(
  program: string,
  args: readonly string[],
  limits: SpawnLimits,
): Promise<Finished> {
  limits.signal?.throwIfAborted();
  const child = spawn(program, [...args], { cwd: "/", env: { ...limits.env }, detached: true });
  const end = makeEnd(child);
  const closed = closedOf(child, program);
  if (child.pid !== undefined) limits.onSpawn?.(child.pid);
  const output = collect(child, limits.maxOutputBytes, end);
  const stop = guard(limits, end);
  void feed(child, limits.input);
  try {
    const { exitCode, signalName } = await closed;
    const ended = end.reason ?? (exitCode === null ? "signal" : "exit");
    return { exitCode, ended, detail: end.detail || (signalName ?? ""), ...output() };
  } finally {
    stop();
  }
}

type End = {
  reason: Finished["ended"] | null;
  detail: string;
  now(reason: Finished["ended"], detail?: string): void;
};

function makeEnd(child: ChildProcess): End {
  const end: End = {
    reason: null,
    detail: "",
    now(reason, detail = "") {
      if (end.reason !== null || child.exitCode !== null) return;
      end.reason = reason;
      end.detail = detail;
      killGroup(child, "SIGTERM");
      setTimeout(() => killGroup(child, "SIGKILL"), 500).unref();
    },
  };
  return end;
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

function closedOf(child: ChildProcess, program: string) {
  return new Promise<{ exitCode: number | null; signalName: string | null }>((resolve, reject) => {
    child.once("error", (cause) => {
      reject(
        new RepositoryError(`${program} does not run on this machine. Install it and try again.`, { cause }),
      );
    });
    child.once("close", (exitCode, signalName) => resolve({ exitCode, signalName }));
  });
}

function collect(child: ChildProcess, maxOutputBytes: number, end: End) {
  const stdout: Buffer[] = [];
  let stderr = Buffer.alloc(0);
  let bytes = 0;
  child.stdout?.on("data", (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > maxOutputBytes) return end.now("output");
    stdout.push(piece);
  });
  child.stderr?.on("data", (piece: Buffer) => {
    stderr = Buffer.concat([stderr, piece]).subarray(-MAX_STDERR_BYTES);
  });
  return () => ({ stdout: Buffer.concat(stdout), stderr: stderr.toString("utf8") });
}

function guard(limits: SpawnLimits, end: End): () => void {
  const timer = setTimeout(() => end.now("timeout"), limits.timeoutMs);
  const onAbort = () => end.now("aborted");
  limits.signal?.addEventListener("abort", onAbort, { once: true });
  const { watch } = limits;
  const watching = watch ? setInterval(() => void look(watch, end), WATCH_MS) : null;
  return () => {
    clearTimeout(timer);
    if (watching) clearInterval(watching);
    limits.signal?.removeEventListener("abort", onAbort);
  };
}

async function look(watch: () => Promise<string | null>, end: End): Promise<void> {
  const found = await watch().catch(() => null);
  if (found !== null) end.now("watch", found);
}

/** A program that stops reading is its own answer: its exit code says why. */
async function feed(child: ChildProcess, input: SpawnLimits["input"]): Promise<void> {
  if (!child.stdin) return;
  const source =
    input instanceof Readable ? input : Readable.from(input === undefined ? [] : [Buffer.from(input)]);
  await pipeline(source, child.stdin).catch(() => undefined);
}
