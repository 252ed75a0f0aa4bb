import type { Pool } from "pg";
import type { EventStore } from "../sql/event-store.ts";
import type { WakeUps } from "../sql/notifications.ts";
import { follow, type Sink } from "./log/follow.ts";
import { MAX_CATCH_UP_READS } from "./log/limits.ts";
import { type LogSource, makeLogSource } from "./log/log-source.ts";
import { makeSemaphore } from "./log/semaphore.ts";
import { type Reader, type ReadPage, readVisible } from "./log/visible.ts";

export type TailDeps = {
  /** As database role `gateway`. */
  pool: Pool;
  store: Pick<EventStore, "readLog">;
  wakeUps: Pick<WakeUps, "onLog">;
  /** A wake-up is a hint: the log is looked at this often in any case. */
  pollMs: number;
};

export type Subscription = {
  reader: Reader;
  /** Sees the events for owner and admin: is read for in the person's own name. The others share one reader. */
  audit: boolean;
  /** Null: the whole log. */
  streams: readonly string[] | null;
  after: number;
};

export type Tail = {
  /** Sends what is after a position, and then what comes. Returns its end: no page is sent after it. */
  subscribe(subscription: Subscription, sink: Sink): () => void;
  close(): void;
};

type Watched = { source: LogSource; orgId: string; followers: number };

/**
 * Tells what was recorded: one loop a subscription (`follow`), one reader an organization and class of right
 * (`LogSource`). Pull, never push: no event waits in memory for a slow socket.
 */
export function makeTail(deps: TailDeps): Tail {
  const watched = new Map<string, Watched>();
  const stops = new Set<AbortController>();
  const inTurn = makeSemaphore(MAX_CATCH_UP_READS);

  function wake(orgIds: readonly string[] | null): void {
    for (const { source, orgId } of watched.values()) {
      if (orgIds === null || orgIds.includes(orgId)) source.wake();
    }
  }
  const stopListening = deps.wakeUps.onLog(wake);
  const poll = setInterval(() => wake(null), deps.pollMs);

  function enter(key: string, subscription: Subscription): Watched {
    const source = () => makeLogSource(readerOf(deps, subscription), inTurn);
    const entered = watched.get(key) ?? { source: source(), orgId: subscription.reader.orgId, followers: 0 };
    watched.set(key, entered);
    entered.followers += 1;
    return entered;
  }

  function leave(key: string, left: Watched): void {
    left.followers -= 1;
    if (left.followers === 0) watched.delete(key);
  }

  return {
    subscribe(subscription, sink) {
      const key = classOf(subscription);
      const entered = enter(key, subscription);
      const stop = new AbortController();
      stops.add(stop);
      const { after, streams } = subscription;
      const wish = { after, streams: streams && new Set(streams), retryMs: deps.pollMs };
      void follow({ source: entered.source, sink, ...wish, signal: stop.signal })
        .catch((error: unknown) => sink.failed(error))
        .finally(() => {
          stops.delete(stop);
          leave(key, entered);
        });
      return () => stop.abort();
    },
    close() {
      clearInterval(poll);
      stopListening();
      for (const stop of stops) stop.abort();
    },
  };
}

/** Subscriptions of one class see the same events of an organization. */
function classOf({ reader, audit }: Subscription): string {
  return audit ? `${reader.orgId} ${reader.personId}` : reader.orgId;
}

function readerOf({ pool, store }: TailDeps, { reader, audit }: Subscription): ReadPage {
  if (audit) return (request) => readVisible(pool, reader, request);
  return (request) => store.readLog(reader.orgId, request);
}
