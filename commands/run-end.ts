import { CommandRejected } from "../core/errors.ts";
import type { RunEvent, UsageTotals } from "../core/run/events.ts";
import { type ExistingRun, ended, notStarted, type RunData } from "./run-rules.ts";

const NOTHING_USED: UsageTotals = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costMicrodollars: 0,
};

/** Nobody works on a queued run, so it ends at once; a live one is asked to stop, once. */
export function abortRun({ reason }: RunData<"AbortRun">, run: ExistingRun): RunEvent[] {
  if (run.status === "aborted") return [];
  const end = ended(run);
  if (end) throw end;
  if (run.status === "queued") {
    return [{ type: "RunAborted", data: { reason, usage: NOTHING_USED, durationMs: 0 } }];
  }
  return run.abortRequested ? [] : [{ type: "RunAbortRequested", data: { reason } }];
}

/** An agent that had finished before a pause or an abort reached it has completed. */
export function completeRun(
  { runId: _runId, ...data }: RunData<"CompleteRun">,
  run: ExistingRun,
): RunEvent[] {
  if (run.status === "completed") return [];
  const end = ended(run);
  if (end) throw end;
  if (run.status === "queued" || run.status === "starting") throw notStarted("complete it");
  return [{ type: "RunCompleted", data }];
}

/** From every state but an end: a run that nobody can even start must end too. */
export function failRun({ runId: _runId, ...data }: RunData<"FailRun">, run: ExistingRun): RunEvent[] {
  if (run.status === "error") return [];
  const end = ended(run);
  if (end) throw end;
  return [{ type: "RunFailed", data }];
}

export function confirmAbort(
  { runId: _runId, ...data }: RunData<"ConfirmAbort">,
  run: ExistingRun,
): RunEvent[] {
  if (run.status === "aborted") return [];
  const end = ended(run);
  if (end) throw end;
  if (!run.abortRequested) {
    throw new CommandRejected("Nobody has asked for this run to be aborted: ask for it first.");
  }
  return [{ type: "RunAborted", data }];
}
