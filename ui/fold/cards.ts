import type { EventData, KnownEvent } from "../../core/event-catalog.ts";

/** What the timeline shows: a fold of events, one card may swallow many of them. */
type CardBase = {
  id: string;
  /** Position of the event that made the card. */
  position: number;
  at: string;
};

export type FinishReason = EventData<"ToolCallFinished">["reason"];
export type ToolState = "running" | "done" | "failed";

/** What every tool call has in common, joined from ToolCallStarted, the session's entries and ToolCallFinished. */
export type ToolCall = {
  toolCallId: string;
  tool: string;
  args: Readonly<Record<string, unknown>>;
  state: ToolState;
  startedAt: string;
  durationMs: number | null;
  reason: FinishReason | null;
  exitCode: number | null;
  output: string;
  outputBytes: number;
  outputBlob: string | null;
  diff: string | null;
};

export type PersonCard = CardBase & {
  kind: "person";
  actorId: string;
  text: string;
  tag: "task" | "steered";
};
export type TextCard = CardBase & { kind: "text"; text: string; writing: boolean };
export type ThinkingCard = CardBase & { kind: "thinking"; text: string; writing: boolean };
/** Consecutive read, ls, grep and find calls. */
export type ReadsCard = CardBase & { kind: "reads"; calls: readonly ToolCall[] };
export type EditCard = CardBase & { kind: "edit"; call: ToolCall };
export type CommandCard = CardBase & { kind: "command"; call: ToolCall };
export type OtherToolCard = CardBase & { kind: "tool"; call: ToolCall };
export type QuestionCard = CardBase & {
  kind: "question";
  question: EventData<"AttentionRequested">;
  answer: { actorId: string; text: string; at: string } | null;
};
/** One line for an event of the platform; its words are made from the event itself. `tookMs`: of an ended run. */
export type LineCard = CardBase & { kind: "line"; event: KnownEvent; tookMs: number | null };
/** Something of the session's own that is worth a line: a compaction, an unknown kind of entry. */
export type NoteCard = CardBase & { kind: "note"; note: "compaction" | "message" | "entry"; text: string };
export type ErrorCard = CardBase & { kind: "error"; code: string; message: string };
export type UnknownCard = CardBase & { kind: "unknown"; type: string };
export type ErasedCard = CardBase & { kind: "erased"; type: string };

export type Card =
  | PersonCard
  | TextCard
  | ThinkingCard
  | ReadsCard
  | EditCard
  | CommandCard
  | OtherToolCard
  | QuestionCard
  | LineCard
  | NoteCard
  | ErrorCard
  | UnknownCard
  | ErasedCard;
