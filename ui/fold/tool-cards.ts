import type { Card, ToolCall } from "./cards.ts";
import { type Draft, putCard, setFacts } from "./run-view.ts";

const READING = new Set(["read", "ls", "grep", "find"]);

export type CallStart = Pick<ToolCall, "toolCallId" | "tool" | "args" | "startedAt"> & { position: number };
export type CallEnd = { toolCallId: string } & Pick<
  ToolCall,
  "state" | "durationMs" | "reason" | "exitCode" | "output" | "outputBytes" | "outputBlob" | "diff"
>;

/**
 * Adds a call, once: the second to tell of it (entry or event) only completes its arguments. Some providers use
 * the same id again in every answer: an event (`sure`) for a call that has ended begins another one.
 */
export function startCall(draft: Draft, start: CallStart, sure: boolean): void {
  const { position, ...known } = start;
  const found = findCall(draft, start.toolCallId);
  if (found && !(sure && found.call.state !== "running")) {
    const wider = Object.keys(found.call.args).length >= Object.keys(start.args).length;
    if (!wider) putCall(draft, found.card, { ...found.call, args: start.args });
    return;
  }
  const call: ToolCall = {
    ...known,
    state: "running",
    durationMs: null,
    reason: null,
    exitCode: null,
    output: "",
    outputBytes: 0,
    outputBlob: null,
    diff: null,
  };
  addCall(draft, call, position);
}

/** The result of a call. `sure` false: a message of the session, which an event of its own beats. */
export function finishCall(draft: Draft, end: CallEnd, from: { position: number; sure: boolean }): boolean {
  const found = findCall(draft, end.toolCallId);
  if (!found) return false;
  if (!from.sure && found.call.state !== "running") return true;
  putCall(draft, found.card, { ...found.call, ...end });
  if (found.card.kind === "edit" && end.state === "done")
    setFacts(draft, { lastEditPosition: from.position });
  return true;
}

/** Output of a call as it streams; false when there is no such call that still runs. */
export function appendOutput(draft: Draft, toolCallId: string, output: string): boolean {
  const found = findCall(draft, toolCallId);
  if (found?.call.state !== "running") return false;
  putCallCard(draft, found.card, { ...found.call, output });
  return true;
}

/** The run has ended: whatever still ran has been interrupted with it. */
export function interruptCalls(draft: Draft): void {
  for (const toolCallId of draft.callCards.keys()) {
    const found = findCall(draft, toolCallId);
    if (found?.call.state !== "running") continue;
    putCall(draft, found.card, { ...found.call, state: "failed", reason: "interrupted" });
  }
}

function addCall(draft: Draft, call: ToolCall, position: number): void {
  const last = draft.cards.get(draft.order.at(-1) ?? "");
  const card: CallCard =
    READING.has(call.tool) && last?.kind === "reads"
      ? { ...last, calls: [...last.calls, call] }
      : newCard(draft, call, position);
  putCard(draft, card);
  draft.callChanges += 1;
  draft.callCards.set(call.toolCallId, card.id);
}

function newCard(draft: Draft, call: ToolCall, position: number): CallCard {
  const again = draft.callCards.has(call.toolCallId) ? `@${position}` : "";
  const base = { id: `tool:${call.toolCallId}${again}`, position, at: call.startedAt };
  if (READING.has(call.tool)) return { ...base, kind: "reads", calls: [call] };
  if (call.tool === "edit" || call.tool === "write") return { ...base, kind: "edit", call };
  if (call.tool === "bash") return { ...base, kind: "command", call };
  return { ...base, kind: "tool", call };
}

function putCall(draft: Draft, card: CallCard, call: ToolCall): void {
  draft.callChanges += 1;
  putCallCard(draft, card, call);
}

function putCallCard(draft: Draft, card: CallCard, call: ToolCall): void {
  if (card.kind !== "reads") {
    putCard(draft, { ...card, call });
    return;
  }
  const index = card.calls.findLastIndex((other) => other.toolCallId === call.toolCallId);
  putCard(draft, { ...card, calls: card.calls.with(index, call) });
}

type CallCard = Extract<Card, { kind: "reads" | "edit" | "command" | "tool" }>;

function findCall(draft: Draft, toolCallId: string): { card: CallCard; call: ToolCall } | null {
  const card = draft.cards.get(draft.callCards.get(toolCallId) ?? "");
  if (!card) return null;
  if (card.kind === "reads") {
    const call = card.calls.findLast((other) => other.toolCallId === toolCallId);
    return call ? { card, call } : null;
  }
  return "call" in card ? { card, call: card.call } : null;
}
