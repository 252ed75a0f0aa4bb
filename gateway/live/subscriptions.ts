import { BadInput, messageOf, NotFound } from "../../core/errors.ts";
import { isAllowed } from "../../core/permissions.ts";
import type { ClientFrame, DeltaFrame } from "../../core/protocol.ts";
import { isStreamName, streamName } from "../../core/stream-name.ts";
import type { Sink } from "../log/follow.ts";
import { eventFrame } from "../log/page.ts";
import type { Person } from "../plugins/person.ts";
import type { Tail } from "../tail.ts";
import { MAX_SUBSCRIPTIONS } from "./limits.ts";
import type { Outbox } from "./outbox.ts";
import { type ReadRun, statusFrames } from "./status-frames.ts";

type Subscribe = Extract<ClientFrame, { type: "subscribe" }>;
type Open = { stop: () => void; streams: readonly string[] | null };

/** The subscriptions of one socket, by the names that its page gave them. */
export type Subscriptions = {
  /** A name that is in use starts anew. Throws BadInput for a wrong stream and for one too many. */
  open(frame: Subscribe): void;
  close(subscription: string): void;
  closeAll(): void;
  /** Does this socket show the run that is being written? */
  watches(runId: string): boolean;
};

type Parts = {
  tail: Tail;
  person: Person;
  outbox: Outbox;
  readRun: ReadRun;
  log: (line: string) => void;
  leave: () => void;
};

export function makeSubscriptions(parts: Parts): Subscriptions {
  const opened = new Map<string, Open>();

  function close(subscription: string): void {
    opened.get(subscription)?.stop();
    opened.delete(subscription);
  }

  return {
    open({ subscription, streams = null, after }) {
      const wrong = streams?.find((stream) => !isStreamName(stream));
      if (wrong !== undefined) throw new BadInput(`"${wrong}" is no stream: name a category and a UUID.`);
      close(subscription);
      if (opened.size >= MAX_SUBSCRIPTIONS) {
        throw new BadInput(
          `One socket has at most ${MAX_SUBSCRIPTIONS} subscriptions: end one before the next.`,
        );
      }
      const { person } = parts;
      const wish = { reader: person, audit: isAllowed(person.role, "read:audit"), streams, after };
      opened.set(subscription, { stop: parts.tail.subscribe(wish, makeSink(subscription, parts)), streams });
    },
    close,
    closeAll() {
      for (const name of [...opened.keys()]) close(name);
    },
    watches(runId) {
      const shown = [streamName("run", runId), streamName("transcript", runId)];
      return [...opened.values()].some(
        ({ streams }) => streams === null || streams.some((stream) => shown.includes(stream)),
      );
    },
  };
}

function makeSink(subscription: string, { outbox, readRun, log, leave }: Parts): Sink {
  return {
    ready: (signal) => outbox.ready(signal),
    async page(page) {
      outbox.sendText(eventFrame(subscription, page));
      for (const { event } of page.items) {
        for (const frame of await statusFrames(event, subscription, readRun)) outbox.send(frame);
      }
    },
    caughtUp: (position) => outbox.send({ type: "caught_up", subscription, position }),
    failed(error) {
      // Read in a member's name: who is none any more is told to sign in again.
      if (error instanceof NotFound) return leave();
      log(`reading the log failed: ${messageOf(error)}`);
      outbox.send({
        type: "error",
        code: "unavailable",
        message: "The log cannot be read now: it is tried again by itself, nothing is lost.",
      });
    },
  };
}

/** Tells a delta of a run that this socket shows. */
export function forwardDelta(subscriptions: Subscriptions, outbox: Outbox): (frame: DeltaFrame) => void {
  return (frame) => {
    if (subscriptions.watches(frame.runId)) outbox.delta(frame);
  };
}
