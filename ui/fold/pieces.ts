import type { Card } from "./cards.ts";
import { type Draft, putCard, removeCard, type WrittenText } from "./run-view.ts";
import { appendOutput } from "./tool-cards.ts";

/** A transient piece of what is being written: the wire's delta frame. */
export type Piece = {
  messageId: string;
  part: "text" | "thinking" | "output";
  offset: number;
  text: string;
};

const KEPT_REPLACED = 50;

/** Shows a piece at once. Late, repeated and overlapping pieces change nothing that is already right. */
export function writePiece(draft: Draft, piece: Piece, at: string): void {
  if (draft.writing.replaced.includes(piece.messageId)) return;
  const key = piece.part === "output" ? `output:${piece.messageId}` : piece.part;
  if (piece.part !== "output") dropOtherMessage(draft, piece.messageId);
  const written = joinPiece(draft.writing.parts[key], piece);
  const shown = written.start > 0 ? `… ${written.text}` : written.text;
  if (piece.part === "output") {
    if (!appendOutput(draft, piece.messageId, shown)) return;
  } else {
    putCard(draft, writtenCard(draft, piece.part, { text: shown, at }));
  }
  draft.writing = { ...draft.writing, parts: { ...draft.writing.parts, [key]: written } };
}

/** `offset` counts UTF-16 units. A piece after a hole starts the text again from there. */
export function joinPiece(known: WrittenText | undefined, piece: Piece): WrittenText {
  const fresh = { messageId: piece.messageId, start: piece.offset, text: piece.text };
  if (!known || known.messageId !== piece.messageId) return fresh;
  const end = known.start + known.text.length;
  if (piece.offset > end) return fresh;
  if (piece.offset < known.start) return piece.offset + piece.text.length > end ? fresh : known;
  if (piece.offset + piece.text.length <= end) return known;
  return { ...known, text: known.text + piece.text.slice(end - piece.offset) };
}

export function cardIdOfMessage(message: number, part: "text" | "thinking"): string {
  return `message:${message}:${part}`;
}

/** Forgets what was being written: a stored message has taken its place. */
export function replaceWriting(draft: Draft): void {
  const { text, thinking, ...others } = draft.writing.parts;
  const ids = [text?.messageId, thinking?.messageId].filter((id) => id !== undefined);
  draft.writing = { ...draft.writing, message: draft.writing.message + 1, parts: others };
  for (const id of new Set(ids)) ignorePieces(draft, id);
}

/** Pieces of this message are late from now on. */
export function ignorePieces(draft: Draft, messageId: string): void {
  const { replaced } = draft.writing;
  if (replaced.includes(messageId)) return;
  draft.writing = { ...draft.writing, replaced: [...replaced, messageId].slice(-KEPT_REPLACED) };
}

/** The run has ended: what was half written stays as it is, without a caret. */
export function stopWriting(draft: Draft): void {
  for (const part of ["text", "thinking"] as const) {
    const card = draft.cards.get(cardIdOfMessage(draft.writing.message, part));
    if (card && (card.kind === "text" || card.kind === "thinking"))
      putCard(draft, { ...card, writing: false });
  }
}

function writtenCard(draft: Draft, part: "text" | "thinking", written: { text: string; at: string }): Card {
  const id = cardIdOfMessage(draft.writing.message, part);
  const known = draft.cards.get(id);
  const base = { id, position: known?.position ?? draft.position, at: known?.at ?? written.at };
  return { ...base, kind: part, text: written.text, writing: true };
}

/** A message that was given up and begun again: its pieces go as soon as another one writes. */
function dropOtherMessage(draft: Draft, messageId: string): void {
  for (const part of ["text", "thinking"] as const) {
    const known = draft.writing.parts[part];
    if (!known || known.messageId === messageId) continue;
    removeCard(draft, cardIdOfMessage(draft.writing.message, part));
    const { [part]: _dropped, ...others } = draft.writing.parts;
    draft.writing = { ...draft.writing, parts: others };
  }
}
