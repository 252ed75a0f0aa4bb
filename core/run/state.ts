import type { RunEvent } from "./events.ts";

/**
 * none → queued → starting → running ⇄ attention; running and attention ⇄ paused (a question stays open over it).
 * running, attention, paused → completed; queued and all of these → error or aborted. There a run never moves
 * again. A takeover changes the holder, not the status.
 */
export type RunStatus =
  | "queued"
  | "starting"
  | "running"
  | "attention"
  | "paused"
  | "completed"
  | "error"
  | "aborted";

export type OpenQuestion = {
  questionId: string;
  kind: "choice" | "several" | "text" | "approval";
  options: string[];
};

export type RunState =
  | { status: "none" }
  | (RunFacts & { status: "queued" | "starting" | "running" })
  | (RunFacts & { status: "attention"; question: OpenQuestion })
  | (RunFacts & {
      status: "paused";
      pausedFor: "person" | "budget" | "provider";
      question: OpenQuestion | null;
    })
  | (RunFacts & { status: "completed" | "error" | "aborted" });

export type RunFacts = {
  taskId: string;
  projectId: string;
  holder: string | null;
  abortRequested: boolean;
  answered: string[];
};

export const noRun: RunState = { status: "none" };

export const TERMINAL_STATUSES: readonly RunStatus[] = ["completed", "error", "aborted"];

export function isTerminal(status: RunStatus | "none"): boolean {
  return TERMINAL_STATUSES.some((terminal) => terminal === status);
}

export function evolveRun(state: RunState, event: RunEvent): RunState {
  if (event.type === "RunRequested") {
    const { taskId, projectId } = event.data;
    return { status: "queued", taskId, projectId, holder: null, abortRequested: false, answered: [] };
  }
  if (state.status === "none") return state;
  const facts = factsOf(state);
  switch (event.type) {
    case "RunClaimed":
      return { ...facts, status: "starting", holder: event.data.holder };
    case "RunStarted":
      return { ...facts, status: "running" };
    case "RunTakenOver":
      return { ...state, holder: event.data.holder };
    case "RunSteered":
      return state;
    case "AttentionRequested": {
      const { questionId, kind, options } = event.data;
      return { ...facts, status: "attention", question: { questionId, kind, options } };
    }
    case "AttentionAnswered":
      return { ...facts, status: "running", answered: [...facts.answered, event.data.questionId] };
    case "RunPaused": {
      const question = state.status === "attention" ? state.question : null;
      return { ...facts, status: "paused", pausedFor: event.data.reason, question };
    }
    case "RunResumed":
      return state.status === "paused" && state.question
        ? { ...facts, status: "attention", question: state.question }
        : { ...facts, status: "running" };
    case "RunAbortRequested":
      return { ...state, abortRequested: true };
    case "RunCompleted":
      return { ...facts, status: "completed", holder: null };
    case "RunFailed":
      return { ...facts, status: "error", holder: null };
    case "RunAborted":
      return { ...facts, status: "aborted", holder: null };
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
}

function factsOf(state: RunFacts): RunFacts {
  const { taskId, projectId, holder, abortRequested, answered } = state;
  return { taskId, projectId, holder, abortRequested, answered };
}
