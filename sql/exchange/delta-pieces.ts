import type { DeltaFrame } from "../../core/protocol.ts";

/** A notification has less than 8,000 bytes of payload. */
const MAX_PAYLOAD_BYTES = 7_900;
/** UTF-16 units of text in a frame: written as JSON each takes at most six bytes. */
const MAX_TEXT_UNITS = 1_200;

/** Adds a frame to those that wait; one that goes on exactly where the last of its message ended is joined to it. */
export function joinPiece(waiting: DeltaFrame[], frame: DeltaFrame): DeltaFrame[] {
  const index = waiting.findLastIndex((other) => isSameText(other, frame));
  const last = waiting[index];
  if (last && last.offset + last.text.length === frame.offset) {
    waiting[index] = { ...last, text: last.text + frame.text };
    return waiting;
  }
  waiting.push(frame);
  return waiting;
}

function isSameText(a: DeltaFrame, b: DeltaFrame): boolean {
  return a.messageId === b.messageId && a.part === b.part && a.runId === b.runId;
}

/** Payloads that fit: JSON arrays of frames, long texts cut, never within a character. */
export function piecesOf(frames: readonly DeltaFrame[]): string[] {
  const payloads: string[] = [];
  let current: string[] = [];
  let bytes = 2;
  for (const json of frames.flatMap(cutFrame).map((frame) => JSON.stringify(frame))) {
    const size = Buffer.byteLength(json) + 1;
    if (current.length > 0 && bytes + size > MAX_PAYLOAD_BYTES) {
      payloads.push(`[${current.join(",")}]`);
      current = [];
      bytes = 2;
    }
    current.push(json);
    bytes += size;
  }
  return current.length > 0 ? [...payloads, `[${current.join(",")}]`] : payloads;
}

function cutFrame(frame: DeltaFrame): DeltaFrame[] {
  const pieces: DeltaFrame[] = [];
  let start = 0;
  while (start < frame.text.length) {
    const end = endOfPiece(frame.text, start);
    pieces.push({ ...frame, offset: frame.offset + start, text: frame.text.slice(start, end) });
    start = end;
  }
  return pieces;
}

function endOfPiece(text: string, start: number): number {
  const end = Math.min(start + MAX_TEXT_UNITS, text.length);
  const isHighSurrogate = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return isHighSurrogate && end < text.length ? end - 1 : end;
}
