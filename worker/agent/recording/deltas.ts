import type { DeltaFrame } from "../../../core/protocol.ts";
import type { Scrubber, StreamScrubber } from "./scrub.ts";

/** Live output of one tool call beyond this is not shown live; the stored event has it. */
const MAX_LIVE_OUTPUT_CHARS = 256 * 1024;

type Part = DeltaFrame["part"];
export type Deltas = {
  /** A piece of what is being written. `messageId`: the LLM call's id, or the tool call's for `output`. */
  piece(messageId: string, part: Part, text: string): void;
  /** Sends what was held back of every part of the message, and forgets it. */
  end(messageId: string): void;
};

type Open = { scrubber: StreamScrubber; offset: number };
type DeltasOptions = { runId: string; scrubber: Scrubber; send: (frame: DeltaFrame) => void };

/** Transient frames of what the agent writes, scrubbed over a window; offsets count what was sent. */
export function makeDeltas({ runId, scrubber, send }: DeltasOptions): Deltas {
  const messages = new Map<string, Map<Part, Open>>();

  function partOf(messageId: string, part: Part): Open {
    const parts = messages.get(messageId) ?? new Map<Part, Open>();
    messages.set(messageId, parts);
    const open = parts.get(part) ?? { scrubber: scrubber.stream(), offset: 0 };
    parts.set(part, open);
    return open;
  }

  function emit(messageId: string, part: Part, text: string): void {
    if (text === "") return;
    const open = partOf(messageId, part);
    send({ type: "delta", runId, messageId, part, offset: open.offset, text });
    open.offset += text.length;
  }

  return {
    piece(messageId, part, text) {
      const open = partOf(messageId, part);
      if (part === "output" && open.offset >= MAX_LIVE_OUTPUT_CHARS) return;
      emit(messageId, part, open.scrubber.push(text));
    },
    end(messageId) {
      for (const [part, open] of messages.get(messageId) ?? []) emit(messageId, part, open.scrubber.flush());
      messages.delete(messageId);
    },
  };
}
