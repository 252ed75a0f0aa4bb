import type { RecordedEvent } from "../../core/event.ts";
import type { ServerFrame } from "../../core/protocol.ts";
import { cover } from "./cover.ts";

export type Subscription = {
  /** Left out: the whole organization's log. */
  streams?: readonly string[];
  after: number;
  /** Events in order, each once; `to` is the last position they cover. */
  onEvents(events: readonly RecordedEvent[], to: number): void;
  onCaughtUp?(position: number): void;
};

type Reader = Subscription & { name: string; position: number };
type EventFrame = Extract<ServerFrame, { type: "agent_event" }>;

export type Readers = {
  add(subscription: Subscription, online: boolean): () => void;
  /** After a reconnect: each goes on after its own position. */
  readAll(): void;
  /** The position that is covered now; null when the frame brought nothing new. */
  onEvents(frame: EventFrame): number | null;
  onCaughtUp(name: string, position: number): void;
};

/**
 * Every subscription with its own position. When a frame begins later than the position after mine, something
 * was lost and it is read again from mine, under a new name, so that frames of the old one that are still under
 * way are ignored.
 */
export function makeReaders(send: (frame: object) => void): Readers {
  const readers = new Set<Reader>();
  let names = 0;
  const named = (name: string) => [...readers].find((reader) => reader.name === name);

  function read(reader: Reader) {
    names += 1;
    reader.name = `s${names}`;
    const streams = reader.streams && { streams: reader.streams };
    send({ type: "subscribe", subscription: reader.name, ...streams, after: reader.position });
  }

  function onEvents(frame: EventFrame): number | null {
    const reader = named(frame.subscription);
    if (!reader) return null;
    const covered = cover(reader.position, { ...frame, events: frame.events.map(asRecorded) });
    if (covered.is === "known") return null;
    if (covered.is === "gap") {
      send({ type: "unsubscribe", subscription: reader.name });
      read(reader);
      return null;
    }
    reader.position = covered.to;
    reader.onEvents(covered.events, covered.to);
    return covered.to;
  }

  return {
    add(subscription, online) {
      const reader: Reader = { ...subscription, name: "", position: subscription.after };
      readers.add(reader);
      if (online) read(reader);
      return () => {
        if (readers.delete(reader)) send({ type: "unsubscribe", subscription: reader.name });
      };
    },
    readAll: () => readers.forEach(read),
    onEvents,
    onCaughtUp: (name, position) => named(name)?.onCaughtUp?.(position),
  };
}

/** Metadata was checked by the appender; here only its type is named. */
function asRecorded(event: EventFrame["events"][number]): RecordedEvent {
  return event as RecordedEvent;
}
