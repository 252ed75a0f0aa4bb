import type { KnownEvent } from "../../core/event-catalog.ts";
import { cardIdOfMessage, replaceWriting } from "./pieces.ts";
import { type Draft, putCard, removeCard } from "./run-view.ts";
import { readEntry, type SessionEntry } from "./session-entry.ts";
import { finishCall, startCall } from "./tool-cards.ts";

type EntryEvent = Extract<KnownEvent, { type: "SessionEntryRecorded" }>;
type Kind<K extends SessionEntry["kind"]> = Extract<SessionEntry, { kind: K }>;

/** An entry of the agent's session becomes cards; what our own events tell better is left to them. */
export function foldEntry(draft: Draft, event: EntryEvent) {
  const entry = readEntry(event.data.entry);
  switch (entry.kind) {
    case "assistant":
      return foldAssistant(draft, event, entry);
    case "user":
      return foldUser(draft, event, entry.text);
    case "tool_result":
      return foldResult(draft, event, entry);
    case "compaction":
      return putNote(draft, event, { note: "compaction", text: entry.summary });
    case "other":
      return putNote(draft, event, { note: "entry", text: entry.type });
    case "model":
    case "silent":
      return;
    default: {
      const never: never = entry;
      return never;
    }
  }
}

function foldAssistant(draft: Draft, event: EntryEvent, entry: Kind<"assistant">) {
  const message = draft.writing.message;
  const thinkingId = cardIdOfMessage(message, "thinking");
  const textId = cardIdOfMessage(message, "text");
  const base = { position: event.position, at: event.occurredAt, writing: false };
  if (entry.thinking.trim() === "") removeCard(draft, thinkingId);
  else {
    if (!draft.cards.has(thinkingId)) removeCard(draft, textId);
    putCard(draft, { ...base, id: thinkingId, kind: "thinking", text: entry.thinking });
  }
  if (entry.text.trim() === "") removeCard(draft, textId);
  else putCard(draft, { ...base, id: textId, kind: "text", text: entry.text });
  replaceWriting(draft);
  for (const call of entry.calls) {
    const start = { toolCallId: call.id, tool: call.name, args: call.args, startedAt: event.occurredAt };
    startCall(draft, { ...start, position: event.position }, false);
  }
}

/** The session repeats the task and what people steered: those are on the page already. */
function foldUser(draft: Draft, event: EntryEvent, text: string) {
  if (text.trim() === "") return;
  const { unheard } = draft.writing;
  const index = unheard.findIndex((said) => text.includes(said));
  if (index >= 0) {
    draft.writing = { ...draft.writing, unheard: unheard.toSpliced(index, 1) };
    return;
  }
  putNote(draft, event, { note: "message", text });
}

function foldResult(draft: Draft, event: EntryEvent, entry: Kind<"tool_result">) {
  const end = {
    toolCallId: entry.toolCallId,
    state: entry.isError ? ("failed" as const) : ("done" as const),
    durationMs: null,
    reason: null,
    exitCode: null,
    output: entry.text,
    outputBytes: new TextEncoder().encode(entry.text).length,
    outputBlob: null,
    diff: null,
  };
  finishCall(draft, end, { position: event.position, sure: false });
}

function putNote(
  draft: Draft,
  event: EntryEvent,
  note: { note: "compaction" | "message" | "entry"; text: string },
) {
  putCard(draft, {
    id: `event:${event.position}`,
    position: event.position,
    at: event.occurredAt,
    kind: "note",
    ...note,
  });
}
