import type { RecordedEvent } from "../../core/event.ts";

/** What a frame means for a reader at `position`: new events, nothing new, or a hole before it. */
export type Cover =
  | { is: "news"; events: readonly RecordedEvent[]; to: number }
  | { is: "known" }
  | { is: "gap" };

/** A frame covers every position `from..to`, also those that a filter or a right hides. */
export function cover(
  position: number,
  frame: { from: number; to: number; events: readonly RecordedEvent[] },
): Cover {
  if (frame.to <= position) return { is: "known" };
  if (frame.from > position + 1) return { is: "gap" };
  return { is: "news", events: frame.events.filter((event) => event.position > position), to: frame.to };
}
