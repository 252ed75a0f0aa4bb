import type { Decider } from "../core/decider.ts";
import { CommandRejected } from "../core/errors.ts";
import { branchName } from "../core/run/branch-name.ts";
import type { RunCommand } from "../core/run/commands.ts";
import type { RunEvent } from "../core/run/events.ts";
import { evolveRun, noRun, type RunState } from "../core/run/state.ts";
import { answerAttention, requestAttention } from "./run-attention.ts";
import { abortRun, completeRun, confirmAbort, failRun } from "./run-end.ts";
import {
  type ExistingRun,
  ended,
  existing,
  notStarted,
  type RunData,
  refuseWhenAborting,
} from "./run-rules.ts";
import { checkText } from "./text.ts";

/** The states are drawn in core/run/state.ts. Ends are in run-end.ts, questions in run-attention.ts. */
export const runDecider: Decider<RunState, RunCommand, RunEvent> = {
  initialState: noRun,
  evolve: evolveRun,
  decide(command, state) {
    if (command.type === "RequestRun") return requestRun(command.data, state);
    return decideExisting(command, existing(state));
  },
};

function decideExisting(command: Exclude<RunCommand, { type: "RequestRun" }>, run: ExistingRun): RunEvent[] {
  switch (command.type) {
    case "ClaimRun":
      return claimRun(command.data, run);
    case "StartRun":
      return startRun(command.data, run);
    case "TakeOverRun":
      return takeOverRun(command.data, run);
    case "SteerRun":
      return steerRun(command.data, run);
    case "RequestAttention":
      return requestAttention(command.data, run);
    case "AnswerAttention":
      return answerAttention(command.data, run);
    case "PauseRun":
      return pauseRun(command.data, run);
    case "ResumeRun":
      return resumeRun(command.data, run);
    case "AbortRun":
      return abortRun(command.data, run);
    case "CompleteRun":
      return completeRun(command.data, run);
    case "FailRun":
      return failRun(command.data, run);
    case "ConfirmAbort":
      return confirmAbort(command.data, run);
    default: {
      const unknown: never = command;
      return unknown;
    }
  }
}

function requestRun({ runId, title, ...asked }: RunData<"RequestRun">, state: RunState): RunEvent[] {
  if (state.status !== "none") {
    throw new CommandRejected("This run exists already: give the new one an id of its own.");
  }
  checkText("The prompt", asked.prompt);
  return [{ type: "RunRequested", data: { ...asked, branch: branchName(title, runId) } }];
}

function claimRun({ holder }: RunData<"ClaimRun">, run: ExistingRun): RunEvent[] {
  if (run.status === "starting" && run.holder === holder) return [];
  if (run.status === "queued") return [{ type: "RunClaimed", data: { holder } }];
  throw ended(run) ?? new CommandRejected("Another worker has claimed this run already: leave it alone.");
}

function startRun({ runId: _runId, ...data }: RunData<"StartRun">, run: ExistingRun): RunEvent[] {
  if (run.status === "starting") return [{ type: "RunStarted", data }];
  if (run.status === "queued") {
    throw new CommandRejected("This run is still queued: claim it before it starts.");
  }
  throw ended(run) ?? new CommandRejected("This run has started already: go on from its recorded entries.");
}

function takeOverRun({ runId: _runId, ...data }: RunData<"TakeOverRun">, run: ExistingRun): RunEvent[] {
  if (run.status === "queued") {
    throw new CommandRejected("This run is still queued and nobody holds it: claim it instead.");
  }
  const end = ended(run);
  if (end) throw end;
  return run.holder === data.holder ? [] : [{ type: "RunTakenOver", data }];
}

function steerRun({ messageId, text }: RunData<"SteerRun">, run: ExistingRun): RunEvent[] {
  checkText("The message", text);
  if (run.status === "queued") throw notStarted("steer it");
  const end = ended(run);
  if (end) throw end;
  refuseWhenAborting(run);
  return [{ type: "RunSteered", data: { messageId, text } }];
}

function pauseRun({ reason, detail }: RunData<"PauseRun">, run: ExistingRun): RunEvent[] {
  if (run.status === "paused") return [];
  if (run.status === "queued" || run.status === "starting") throw notStarted("pause it");
  const end = ended(run);
  if (end) throw end;
  refuseWhenAborting(run);
  return [{ type: "RunPaused", data: { reason, detail } }];
}

const AUTOMATIC_RESUME = { budget: "budget_raised", provider: "provider_back" } as const;

function resumeRun({ reason }: RunData<"ResumeRun">, run: ExistingRun): RunEvent[] {
  if (run.status === "running" || run.status === "attention") return [];
  const end = ended(run);
  if (end) throw end;
  if (run.status !== "paused") throw notStarted("resume it");
  refuseWhenAborting(run);
  const expected = run.pausedFor === "person" ? "person" : AUTOMATIC_RESUME[run.pausedFor];
  if (reason !== "person" && reason !== expected) {
    throw new CommandRejected(`This run is paused for another reason (${run.pausedFor}): it stays paused.`);
  }
  return [{ type: "RunResumed", data: { reason } }];
}
