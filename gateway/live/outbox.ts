import { setTimeout as sleep } from "node:timers/promises";
import type { DeltaFrame, ServerFrame } from "../../core/protocol.ts";
import { DROP_DELTAS_BYTES, JOIN_DELTAS_MS, MAX_WAITING_DELTA_CHARS, SLOW_BYTES } from "./limits.ts";

/** The part of a socket that sends. `bufferedAmount` in bytes. */
export type Wire = { readonly bufferedAmount: number; send(text: string): void };

/** What goes out of one socket, in order, with bounded memory. */
export type Outbox = {
  send(frame: ServerFrame): void;
  sendText(text: string): void;
  /** Resolves while little waits to be sent: at once for a socket that keeps up. */
  ready(signal: AbortSignal): Promise<void>;
  /** A piece of what is being written: joined with its neighbours, dropped first when the socket is slow. */
  delta(frame: DeltaFrame): void;
  /** Only the newest position of a projection matters. */
  projection(name: string, position: number): void;
  close(): void;
};

const SLOW_PAUSE_MS = 10;
const SLOW_PAUSE_MAX_MS = 250;

export function makeOutbox(wire: Wire): Outbox {
  let deltas: DeltaFrame[] = [];
  let waitingChars = 0;
  let projections = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;

  function flush(): void {
    timer = null;
    const pieces = deltas;
    const advanced = projections;
    deltas = [];
    waitingChars = 0;
    projections = new Map();
    for (const [name, position] of advanced) send({ type: "projection_advanced", name, position });
    if (wire.bufferedAmount < DROP_DELTAS_BYTES) pieces.forEach(send);
  }

  function send(frame: ServerFrame): void {
    wire.send(JSON.stringify(frame));
  }

  function later(): void {
    timer ??= setTimeout(flush, JOIN_DELTAS_MS);
  }

  return {
    send,
    sendText: (text) => wire.send(text),
    async ready(signal) {
      for (let pause = SLOW_PAUSE_MS; wire.bufferedAmount > SLOW_BYTES && !signal.aborted; ) {
        await sleep(pause);
        pause = Math.min(pause * 2, SLOW_PAUSE_MAX_MS);
      }
    },
    delta(frame) {
      if (wire.bufferedAmount >= DROP_DELTAS_BYTES || waitingChars > MAX_WAITING_DELTA_CHARS) return;
      waitingChars += frame.text.length;
      deltas = joinDelta(deltas, frame);
      later();
    },
    projection(name, position) {
      projections.set(name, Math.max(position, projections.get(name) ?? 0));
      later();
    },
    close() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}

/** Appends a piece, to the last one of its message and part where it goes on from there. */
export function joinDelta(waiting: DeltaFrame[], frame: DeltaFrame): DeltaFrame[] {
  const index = waiting.findLastIndex(
    ({ runId, messageId, part }) =>
      runId === frame.runId && messageId === frame.messageId && part === frame.part,
  );
  const last = waiting[index];
  if (last && last.offset + last.text.length === frame.offset) {
    return waiting.with(index, { ...last, text: last.text + frame.text });
  }
  return [...waiting, frame];
}
