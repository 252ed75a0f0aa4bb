import type { KnownEvent } from "../../core/event-catalog.ts";
import type { TranscriptEvent } from "../../core/transcript/events.ts";
import { foldEntry } from "./fold-entry.ts";
import { putLine } from "./fold-run.ts";
import { ignorePieces } from "./pieces.ts";
import { addUsage, type Draft, setFacts } from "./run-view.ts";
import { finishCall, startCall } from "./tool-cards.ts";

type StoredTranscriptEvent = Extract<KnownEvent, { type: TranscriptEvent["type"] }>;
type Of<Type extends TranscriptEvent["type"]> = Extract<StoredTranscriptEvent, { type: Type }>;

/** Events of the run's transcript: what the agent said and did, and the facts around it. */
export function foldTranscript(draft: Draft, event: StoredTranscriptEvent) {
  switch (event.type) {
    case "SessionEntryRecorded":
      return foldEntry(draft, event);
    case "ToolCallStarted":
      return foldStart(draft, event);
    case "ToolCallFinished":
      return foldFinish(draft, event);
    case "LlmCallIntended":
      return setFacts(draft, { callSince: event.occurredAt });
    case "LlmCallFinished":
      return foldCall(draft, event);
    case "SandboxOpened":
    case "SandboxClosed":
      return foldSandbox(draft, event);
    case "WorkspaceCheckpointed":
      return foldCheckpoint(draft, event);
    case "RepositoryPrepared":
    case "SkillsWritten":
    case "PushFinished":
    case "NoticeGiven":
      return putLine(draft, event);
    case "PushIntended":
      return;
    default: {
      const never: never = event;
      return never;
    }
  }
}

function foldStart(draft: Draft, event: Of<"ToolCallStarted">): void {
  const { toolCallId, tool, args } = event.data;
  startCall(draft, { toolCallId, tool, args, startedAt: event.occurredAt, position: event.position }, true);
}

function foldFinish(draft: Draft, event: Of<"ToolCallFinished">): void {
  const { data, position } = event;
  const { tool, isError, ...rest } = data;
  const end = { ...rest, state: isError ? ("failed" as const) : ("done" as const) };
  if (finishCall(draft, end, { position, sure: true })) return;
  const start = { toolCallId: data.toolCallId, tool, args: {}, startedAt: event.occurredAt, position };
  startCall(draft, start, true);
  finishCall(draft, end, { position, sure: true });
}

function foldCall(draft: Draft, event: Of<"LlmCallFinished">): void {
  setFacts(draft, { callSince: null, usage: addUsage(draft.facts.usage, event.data) });
  ignorePieces(draft, event.data.callId);
  const { state } = draft.facts;
  // A call that ends because somebody stopped the run did not fail.
  const stopped = state.status !== "none" && state.abortRequested;
  if (event.data.error !== null && !stopped) putLine(draft, event);
}

function foldSandbox(draft: Draft, event: Of<"SandboxOpened"> | Of<"SandboxClosed">): void {
  if (event.type === "SandboxOpened") {
    const { network, provider, durationMs } = event.data;
    setFacts(draft, { sandbox: { network, provider, durationMs, open: true } });
  } else {
    const { sandbox } = draft.facts;
    setFacts(draft, { sandbox: sandbox ? { ...sandbox, open: false } : null });
  }
  putLine(draft, event);
}

function foldCheckpoint(draft: Draft, event: Of<"WorkspaceCheckpointed">): void {
  setFacts(draft, {
    checkpoint: { ...event.data, at: event.occurredAt, position: event.position },
    checkpoints: draft.facts.checkpoints + 1,
  });
  putLine(draft, event);
}
