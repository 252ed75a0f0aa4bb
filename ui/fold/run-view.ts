import type { RecordedEvent } from "../../core/event.ts";
import type { EventData } from "../../core/event-catalog.ts";
import type { UsageTotals } from "../../core/run/events.ts";
import { noRun, type RunState } from "../../core/run/state.ts";
import type { Card } from "./cards.ts";

/** Everything the run page knows, folded from the streams `run-<id>` and `transcript-<id>`. */
export type RunView = {
  /** Last event folded; older and equal ones are ignored. */
  position: number;
  cards: ReadonlyMap<string, Card>;
  order: readonly string[];
  events: readonly RecordedEvent[];
  /** Tool call id to the card that shows its newest use. */
  callCards: ReadonlyMap<string, string>;
  /** Grows with each call that starts or ends: what is made of calls need not look at every piece of text. */
  callChanges: number;
  facts: RunFacts;
  writing: Writing;
};

export type RunFacts = {
  state: RunState;
  request: EventData<"RunRequested"> | null;
  requestedBy: string | null;
  requestedAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
  /** Sum of finished pauses; a pause that goes on since `pausedAt` is not in it. */
  pausedMs: number;
  pausedAt: string | null;
  pause: EventData<"RunPaused"> | null;
  base: { branch: string; commit: string | null } | null;
  sandbox: { network: "egress" | "none"; provider: string; durationMs: number; open: boolean } | null;
  usage: UsageTotals;
  /** The LLM call under way. */
  callSince: string | null;
  checkpoint: (EventData<"WorkspaceCheckpointed"> & { at: string; position: number }) | null;
  checkpoints: number;
  completed: EventData<"RunCompleted"> | null;
  failure: { code: string; message: string } | null;
  /** Position of the last finished edit or write: checks before it are stale. */
  lastEditPosition: number;
};

/** What is being written now, and what of it a stored message has replaced. */
export type Writing = {
  /** Counts the agent's stored messages: the card of the next one has this number from its first piece on. */
  message: number;
  parts: Readonly<Record<string, WrittenText>>;
  /** Ids of transient messages that are stored by now: late pieces of them are ignored. */
  replaced: readonly string[];
  /** Texts of people that the session has not repeated as a message of its own yet. */
  unheard: readonly string[];
};

/** `text` begins at `start`, more than zero when the first pieces were missed. */
export type WrittenText = { messageId: string; start: number; text: string };

export type Draft = {
  -readonly [Key in keyof Omit<RunView, "cards" | "order" | "events" | "callCards">]: RunView[Key];
} & {
  cards: Map<string, Card>;
  order: string[];
  events: RecordedEvent[];
  callCards: Map<string, string>;
};

export const emptyView: RunView = {
  position: 0,
  cards: new Map(),
  order: [],
  events: [],
  callCards: new Map(),
  callChanges: 0,
  facts: {
    state: noRun,
    request: null,
    requestedBy: null,
    requestedAt: null,
    startedAt: null,
    endedAt: null,
    pausedMs: 0,
    pausedAt: null,
    pause: null,
    base: null,
    sandbox: null,
    usage: {
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      costMicrodollars: 0,
    },
    callSince: null,
    checkpoint: null,
    checkpoints: 0,
    completed: null,
    failure: null,
    lastEditPosition: 0,
  },
  writing: { message: 0, parts: {}, replaced: [], unheard: [] },
};

/** A copy whose containers may be changed; cards and facts are replaced, never changed in place. */
export function openDraft(view: RunView): Draft {
  return {
    ...view,
    cards: new Map(view.cards),
    order: [...view.order],
    events: [...view.events],
    callCards: new Map(view.callCards),
  };
}

/** Puts a card in its place, or at the end when it is new. */
export function putCard(draft: Draft, card: Card): void {
  if (!draft.cards.has(card.id)) draft.order.push(card.id);
  draft.cards.set(card.id, card);
}

export function removeCard(draft: Draft, id: string): void {
  if (!draft.cards.delete(id)) return;
  const index = draft.order.lastIndexOf(id);
  if (index >= 0) draft.order.splice(index, 1);
}

export function setFacts(draft: Draft, facts: Partial<RunFacts>): void {
  draft.facts = { ...draft.facts, ...facts };
}

export function addUsage(a: UsageTotals, b: UsageTotals): UsageTotals {
  const known = a.costMicrodollars !== null && b.costMicrodollars !== null;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    costMicrodollars: known ? (a.costMicrodollars ?? 0) + (b.costMicrodollars ?? 0) : null,
  };
}
