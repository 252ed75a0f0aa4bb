import { BadInput, PihordevError, SandboxError } from "../../core/errors.ts";
import { makeOutputBuffer, type OutputBuffer } from "./output-buffer.ts";
import type { CommandOptions, CommandResult } from "./sandbox.ts";
import { errorOf, failureOf } from "./sdk-errors.ts";

/** The part of the SDK that runs commands. */
export type CommandsOfSdk = {
  runStream(
    command: string,
    options: { workingDirectory: string; timeoutSeconds: number; envs?: Record<string, string> },
    signal?: AbortSignal,
  ): AsyncIterable<SdkEvent>;
  interrupt(id: string): Promise<void>;
};
export type SdkEvent = { type: string; text?: string | undefined; error?: unknown };

/** How long each wait may take, in ms. Settings in spirit: tests shorten them. */
export type CommandTimes = { idleMs: number; stopMs: number };
export const COMMAND_TIMES: CommandTimes = { idleMs: 15_000, stopMs: 6_000 };

const DEFAULT_MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** The server enforces the time-out; the client only when the server does not. */
const SERVER_GRACE_MS = 2_000;

/**
 * Runs a command to its terminal event: started → output … → ended. The SDK's signal does nothing once a command
 * runs, so aborting and a time-out interrupt it by id; a stream that falls silent is lost. Throws only when the
 * command could not be asked for.
 */
export async function runCommand(
  sdk: CommandsOfSdk,
  command: { text: string; cwd: string; options: CommandOptions },
  times: CommandTimes = COMMAND_TIMES,
): Promise<CommandResult> {
  refuse(command.text);
  const startedAt = Date.now();
  const output = makeOutputBuffer(command.options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES);
  const result = (end: Pick<CommandResult, "exitCode" | "reason">): CommandResult => ({
    ...end,
    output: output.text(),
    outputBytes: output.bytes,
    durationMs: Date.now() - startedAt,
  });
  if (command.options.signal?.aborted) return result({ exitCode: null, reason: "aborted" });
  return result(await follow(sdk, { ...command, output, startedAt }, times));
}

type Followed = {
  text: string;
  cwd: string;
  options: CommandOptions;
  output: OutputBuffer;
  startedAt: number;
};
type End = Pick<CommandResult, "exitCode" | "reason">;

async function follow(sdk: CommandsOfSdk, followed: Followed, times: CommandTimes): Promise<End> {
  const stop = makeStop(sdk, followed.options, times);
  const silence = watchSilence(times.idleMs);
  const lost = (): End => ({ exitCode: null, reason: stop.reason() ?? "lost" });
  const state = { over: false };
  try {
    return await Promise.race([
      pump(sdk, followed, { stop, silence, state }).then((end) => end ?? lost()),
      stop.late.then(lost),
      silence.noticed.then(lost),
    ]);
  } catch (thrown) {
    if (thrown instanceof PihordevError) throw thrown;
    if (failureOf(thrown).lost) return lost();
    throw errorOf(thrown, "The command was refused");
  } finally {
    state.over = true;
    stop.done();
    silence.done();
  }
}

type Watch = { stop: Stop; silence: Silence; state: { over: boolean } };

/** Null: the stream ended without a terminal event. Leaving the loop at that event saves a server's grace second. */
async function pump(
  sdk: CommandsOfSdk,
  followed: Followed,
  { stop, silence, state }: Watch,
): Promise<End | null> {
  const { options } = followed;
  const emit = emitterOf(followed);
  const request = {
    workingDirectory: followed.cwd,
    timeoutSeconds: options.timeoutMs / 1_000,
    ...(options.env ? { envs: { ...options.env } } : {}),
  };
  for await (const event of sdk.runStream(followed.text, request)) {
    if (state.over) return null;
    silence.heard();
    if (event.type === "init") stop.started(event.text ?? "");
    if (event.type === "stdout" || event.type === "stderr") emit(event.text ?? "");
    const end = endOf(event, followed, stop.reason());
    if (end?.note) emit(end.note);
    if (end) return { exitCode: end.exitCode, reason: end.reason };
  }
  return null;
}

type Silence = ReturnType<typeof watchSilence>;

function watchSilence(idleMs: number) {
  const noticed = Promise.withResolvers<void>();
  let lastAt = Date.now();
  const timer = setInterval(
    () => {
      if (Date.now() - lastAt >= idleMs) noticed.resolve();
    },
    Math.ceil(idleMs / 10),
  );
  return {
    noticed: noticed.promise,
    heard(): void {
      lastAt = Date.now();
    },
    done: (): void => clearInterval(timer),
  };
}

type Stop = ReturnType<typeof makeStop>;

/** Asks for the command's end on abort, or when the server let the time-out pass. */
function makeStop(sdk: CommandsOfSdk, options: CommandOptions, times: CommandTimes) {
  const late = Promise.withResolvers<"late">();
  let reason: "aborted" | "timeout" | null = null;
  let id: string | null = null;
  let patience: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    if (id) void sdk.interrupt(id).catch(() => undefined);
  };
  const stop = (why: "aborted" | "timeout"): void => {
    if (reason) return;
    reason = why;
    interrupt();
    patience = setTimeout(() => late.resolve("late"), times.stopMs);
  };
  const onAbort = (): void => stop("aborted");
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const deadline = setTimeout(() => stop("timeout"), options.timeoutMs + SERVER_GRACE_MS);
  return {
    late: late.promise,
    reason: () => reason,
    started(commandId: string): void {
      id = commandId;
      if (reason) interrupt();
    },
    done(): void {
      options.signal?.removeEventListener("abort", onAbort);
      clearTimeout(deadline);
      clearTimeout(patience);
    },
  };
}

/** An event that ends the stream; null: it goes on. */
function endOf(
  event: SdkEvent,
  followed: Followed,
  stopped: "aborted" | "timeout" | null,
): (End & { note?: string }) | null {
  if (event.type !== "execution_complete" && event.type !== "error") return null;
  const timedOut = Date.now() - followed.startedAt >= followed.options.timeoutMs;
  if (event.type === "execution_complete") return ended(stopped ?? (timedOut ? "timeout" : "exit"), 0);
  const { ename, evalue, traceback } = errorIn(event.error);
  const code = /^-?\d+$/.test(evalue) ? Number(evalue) : null;
  if (ename === "CommandNotStarted") throw new SandboxError(`The command could not be started: ${traceback}`);
  if (code === null) return { exitCode: null, reason: stopped ?? "lost", note: traceback };
  // A command may answer the signal with an exit code of its own: it was ended all the same.
  return ended(stopped ?? (timedOut ? "timeout" : code < 0 ? "killed" : "exit"), code);
}

function ended(reason: End["reason"], code: number): End {
  return { reason, exitCode: reason === "exit" ? code : null };
}

function errorIn(error: unknown): { ename: string; evalue: string; traceback: string } {
  const fields: Record<string, unknown> = typeof error === "object" && error !== null ? { ...error } : {};
  const { ename, evalue, traceback } = fields;
  return {
    ename: String(ename ?? ""),
    evalue: String(evalue ?? "").trim(),
    traceback: Array.isArray(traceback) ? traceback.join(" ") : "",
  };
}

/** An event is a line without its newline; an empty line is "\n". */
function emitterOf({ output, options }: Followed): (text: string) => void {
  return (text) => {
    const line = text === "\n" ? text : `${text}\n`;
    const clean = line.toWellFormed().replaceAll("\0", "\uFFFD");
    output.add(clean);
    options.onOutput?.(clean);
  };
}

function refuse(text: string): void {
  if (text.trim() === "") throw new BadInput("The command is empty: give one.");
  if (text.includes("\0"))
    throw new BadInput("The command holds a NUL byte, which no shell takes: leave it out.");
}
