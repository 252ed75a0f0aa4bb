import { CommandRejected } from "../core/errors.ts";
import type { RunCommand } from "../core/run/commands.ts";
import { isTerminal, type RunState } from "../core/run/state.ts";

export type RunData<Type extends RunCommand["type"]> = Extract<RunCommand, { type: Type }>["data"];

/** A run that has been requested, ended ones included. */
export type ExistingRun = Exclude<RunState, { status: "none" }>;

export function existing(state: RunState): ExistingRun {
  if (state.status === "none") throw new CommandRejected("There is no such run: request it first.");
  return state;
}

/** The refusal of a command that comes after the end, or null while the run is not over. */
export function ended(run: ExistingRun): CommandRejected | null {
  if (!isTerminal(run.status)) return null;
  const how = { completed: "has completed", error: "has failed", aborted: "was aborted" };
  const word = run.status === "completed" || run.status === "error" ? how[run.status] : how.aborted;
  return new CommandRejected(`This run ${word}: start a new one.`);
}

export function notStarted(wish: string): CommandRejected {
  return new CommandRejected(`This run has not started yet: wait until it works to ${wish}, or abort it.`);
}

/** What people say to a run that is on its way out would reach nobody. */
export function refuseWhenAborting(run: ExistingRun): void {
  if (run.abortRequested) throw new CommandRejected("This run is being aborted: start a new one.");
}
