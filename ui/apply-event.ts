import type { RecordedEvent } from "../core/event.ts";
import type { EventType, KnownEvent } from "../core/event-catalog.ts";
import type { RunEvent } from "../core/run/events.ts";
import type { TranscriptEvent } from "../core/transcript/events.ts";
import { foldRun, placeOf } from "./fold/fold-run.ts";
import { foldTranscript } from "./fold/fold-transcript.ts";
import { type Piece, writePiece } from "./fold/pieces.ts";
import { type Draft, openDraft, putCard, type RunView } from "./fold/run-view.ts";

/**
 * The only place where events touch the page's state. Pure: the same events give the same view, in one go or in
 * pieces; events at or before `view.position` are ignored, so repeating them is harmless. An event that cannot
 * be read shows as one gray line: nothing is ever dropped.
 */
export function applyEvents(view: RunView, events: readonly RecordedEvent[]): RunView {
  const fresh = events.filter((event) => event.position > view.position);
  if (fresh.length === 0) return view;
  const draft = openDraft(view);
  for (const event of fresh) {
    if (event.position <= draft.position) continue;
    draft.position = event.position;
    draft.events.push(event);
    foldOne(draft, event);
  }
  return draft;
}

/** Shows pieces of what is being written; the stored message replaces them. `at`: when they came, ISO 8601. */
export function applyPieces(view: RunView, pieces: readonly Piece[], at: string): RunView {
  if (pieces.length === 0) return view;
  const draft = openDraft(view);
  for (const piece of pieces) writePiece(draft, piece, at);
  return draft;
}

function foldOne(draft: Draft, recorded: RecordedEvent) {
  if (recorded.data === null) {
    putCard(draft, { ...placeOf(recorded), kind: "erased", type: recorded.type });
    return;
  }
  const event = known(recorded);
  if (event === null) return putUnknown(draft, recorded);
  try {
    if (isRunEvent(event)) foldRun(draft, event);
    else if (isTranscriptEvent(event)) foldTranscript(draft, event);
    else putUnknown(draft, recorded);
  } catch {
    // A newer schema than this page knows: a gray line, and the JSON stays readable under Events.
    putUnknown(draft, recorded);
  }
}

function putUnknown(draft: Draft, event: RecordedEvent): void {
  putCard(draft, { ...placeOf(event), kind: "unknown", type: event.type });
}

const RUN_TYPES: Readonly<Record<RunEvent["type"], true>> = {
  RunRequested: true,
  RunClaimed: true,
  RunStarted: true,
  RunTakenOver: true,
  RunSteered: true,
  AttentionRequested: true,
  AttentionAnswered: true,
  RunPaused: true,
  RunResumed: true,
  RunAbortRequested: true,
  RunCompleted: true,
  RunFailed: true,
  RunAborted: true,
};

const TRANSCRIPT_TYPES: Readonly<Record<TranscriptEvent["type"], true>> = {
  SandboxOpened: true,
  RepositoryPrepared: true,
  SkillsWritten: true,
  SessionEntryRecorded: true,
  LlmCallIntended: true,
  LlmCallFinished: true,
  ToolCallStarted: true,
  ToolCallFinished: true,
  WorkspaceCheckpointed: true,
  PushIntended: true,
  PushFinished: true,
  SandboxClosed: true,
  NoticeGiven: true,
};

/** The one place where recorded data is taken for its type: the server checked it against the same catalog. */
export function known(event: RecordedEvent): KnownEvent | null {
  if (event.schemaVersion !== 1 || event.data === null || typeof event.data !== "object") return null;
  return isKnownType(event.type) ? (event as KnownEvent) : null;
}

function isKnownType(type: string): type is EventType {
  return Object.hasOwn(RUN_TYPES, type) || Object.hasOwn(TRANSCRIPT_TYPES, type);
}

function isRunEvent(event: KnownEvent): event is Extract<KnownEvent, { type: RunEvent["type"] }> {
  return Object.hasOwn(RUN_TYPES, event.type);
}

function isTranscriptEvent(
  event: KnownEvent,
): event is Extract<KnownEvent, { type: TranscriptEvent["type"] }> {
  return Object.hasOwn(TRANSCRIPT_TYPES, event.type);
}
