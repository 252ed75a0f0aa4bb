import type { ChildProcess } from "node:child_process";
import { identityOf, type ProcessIdentity } from "../../../sql/installation/process-identity.ts";
import { endChild, type Launch, type ReadyLine, spawnChild } from "./spawn-child.ts";

export type ChildOptions = {
  name: string;
  /** Entry file, from the project's root. */
  file: string;
  /** Asked anew at each start, since ports and keys may have changed. */
  launch(): Launch;
  say(line: string): void;
  onReady?(line: ReadyLine): void;
  /** Called at each start and end. */
  onChange(): void;
  /** First pause before a restart; doubled up to `longestPauseMs` while the child keeps dying. */
  firstPauseMs?: number;
  longestPauseMs?: number;
};

export type KeptChild = {
  /** How often it ended within a short time of its start, since it last lived long. */
  failures(): number;
  /** Null while it is down. */
  identity(): ProcessIdentity | null;
  /** Ends the present process, if any; it is started again at once. */
  restart(timeoutMs: number): Promise<void>;
  /** SIGTERM, after `timeoutMs` SIGKILL; it is not started again. */
  stop(timeoutMs: number): Promise<void>;
};

/** A child that lived this long was healthy: the next pause is the first again. */
const HEALTHY_MS = 30_000;

type State = {
  child: ChildProcess | null;
  timer: NodeJS.Timeout | null;
  wanted: boolean;
  /** Its end was asked for, to start it anew. */
  expected: boolean;
  startedAt: number;
  pauseMs: number;
  failures: number;
};

/** Starts a program of the project and starts it again whenever it ends, with a line that says so. */
export function keepRunning(options: ChildOptions): KeptChild {
  const pauseMs = options.firstPauseMs ?? 250;
  const state: State = {
    child: null,
    timer: null,
    wanted: true,
    expected: false,
    startedAt: 0,
    pauseMs,
    failures: 0,
  };
  start(options, state);
  return {
    failures: () => state.failures,
    identity: () => (state.child?.pid === undefined ? null : identityOf(state.child.pid)),
    async restart(timeoutMs) {
      state.expected = state.child !== null;
      await endChild(state.child, timeoutMs);
    },
    async stop(timeoutMs) {
      state.wanted = false;
      if (state.timer !== null) clearTimeout(state.timer);
      await endChild(state.child, timeoutMs);
    },
  };
}

function start(options: ChildOptions, state: State): void {
  state.startedAt = performance.now();
  const child = spawnChild(options.file, options.launch(), {
    say: options.say,
    onReady: (line) => options.onReady?.(line),
  });
  state.child = child;
  // Spawning may fail, too: then there is an `error` and no `exit`.
  const ended = (how: string) => {
    if (state.child !== child) return;
    state.child = null;
    options.onChange();
    if (state.wanted) startAgain(options, state, how);
  };
  child.once("error", (error) => ended(error.message));
  child.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
  options.onChange();
}

function startAgain(options: ChildOptions, state: State, how: string): void {
  const { firstPauseMs = 250, longestPauseMs = 15_000, name, say } = options;
  const healthy = state.expected || performance.now() - state.startedAt > HEALTHY_MS;
  if (healthy) state.pauseMs = firstPauseMs;
  state.failures = healthy ? 0 : state.failures + 1;
  const pauseMs = state.expected ? 0 : state.pauseMs;
  if (!state.expected) say(`The ${name} ended (${how}): it is started again in ${pauseMs} ms.`);
  state.timer = setTimeout(() => start(options, state), pauseMs);
  state.expected = false;
  state.pauseMs = Math.min(state.pauseMs * 2, longestPauseMs);
}
