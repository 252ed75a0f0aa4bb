import type { KnownEvent } from "../../core/event-catalog.ts";
import type { RunEvent } from "../../core/run/events.ts";
import { evolveRun } from "../../core/run/state.ts";
import { stopWriting } from "./pieces.ts";
import { type Draft, putCard, setFacts } from "./run-view.ts";
import { timeTaken } from "./time-at-work.ts";
import { interruptCalls } from "./tool-cards.ts";

type StoredRunEvent = Extract<KnownEvent, { type: RunEvent["type"] }>;

/**
 * Events of the run's own stream: its state comes from core, the rest is what the page shows of them. Times are
 * those of the record, as in the lists.
 */
export function foldRun(draft: Draft, event: StoredRunEvent) {
  setFacts(draft, { state: evolveRun(draft.facts.state, event) });
  switch (event.type) {
    case "RunRequested":
      setFacts(draft, {
        request: event.data,
        requestedBy: event.metadata.actor.id,
        requestedAt: event.recordedAt,
      });
      return putSaid(draft, event, { tag: "task", text: event.data.prompt });
    case "RunSteered":
      return putSaid(draft, event, { tag: "steered", text: event.data.text });
    case "RunStarted":
      return setFacts(draft, {
        startedAt: event.recordedAt,
        base: { branch: event.data.baseBranch, commit: event.data.baseCommit },
      });
    case "AttentionRequested":
    case "AttentionAnswered":
      return foldQuestion(draft, event);
    case "RunPaused":
      setFacts(draft, { pausedAt: event.recordedAt, pause: event.data });
      return putLine(draft, event);
    case "RunResumed":
      endPause(draft, event.recordedAt);
      return putLine(draft, event);
    case "RunCompleted":
    case "RunFailed":
    case "RunAborted":
      return foldEnd(draft, event);
    case "RunClaimed":
    case "RunTakenOver":
    case "RunAbortRequested":
      return putLine(draft, event);
    default: {
      const never: never = event;
      return never;
    }
  }
}

type EndEvent = Extract<StoredRunEvent, { type: "RunCompleted" | "RunFailed" | "RunAborted" }>;

function foldEnd(draft: Draft, event: EndEvent) {
  endPause(draft, event.recordedAt);
  stopWriting(draft);
  interruptCalls(draft);
  setFacts(draft, { endedAt: event.recordedAt, callSince: null, usage: event.data.usage });
  if (event.type === "RunCompleted") setFacts(draft, { completed: event.data });
  if (event.type !== "RunFailed") return putLine(draft, event, timeTaken(draft.facts));
  const { code, message } = event.data;
  setFacts(draft, { failure: { code, message } });
  putCard(draft, { ...placeOf(event), kind: "error", code, message });
}

function foldQuestion(
  draft: Draft,
  event: Extract<StoredRunEvent, { type: "AttentionRequested" | "AttentionAnswered" }>,
) {
  const id = `question:${event.data.questionId}`;
  if (event.type === "AttentionRequested") {
    putCard(draft, { ...placeOf(event), id, kind: "question", question: event.data, answer: null });
    return;
  }
  const card = draft.cards.get(id);
  if (card?.kind !== "question") return putLine(draft, event);
  const text = [...event.data.choices, event.data.text].filter((part) => part !== "").join(", ");
  const answer = { actorId: event.metadata.actor.id, text, at: event.occurredAt };
  putCard(draft, { ...card, answer });
}

function endPause(draft: Draft, at: string): void {
  const { pausedAt, pausedMs } = draft.facts;
  if (pausedAt === null) return;
  const ms = Math.max(0, Date.parse(at) - Date.parse(pausedAt));
  setFacts(draft, { pausedAt: null, pause: null, pausedMs: pausedMs + ms });
}

function putSaid(draft: Draft, event: StoredRunEvent, said: { tag: "task" | "steered"; text: string }): void {
  putCard(draft, { ...placeOf(event), kind: "person", actorId: event.metadata.actor.id, ...said });
  draft.writing = { ...draft.writing, unheard: [...draft.writing.unheard, said.text] };
}

export function putLine(draft: Draft, event: KnownEvent, tookMs: number | null = null): void {
  putCard(draft, { ...placeOf(event), kind: "line", event, tookMs });
}

export function placeOf(event: { position: number; occurredAt: string }) {
  return { id: `event:${event.position}`, position: event.position, at: event.occurredAt };
}
