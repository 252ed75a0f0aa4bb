import { expect, test } from "vitest";
import { follow, type Sink } from "../../../gateway/log/follow.ts";
import { makeLogSource } from "../../../gateway/log/log-source.ts";
import type { LogPage } from "../../../gateway/log/page.ts";
import { makeSemaphore } from "../../../gateway/log/semaphore.ts";
import { recorded } from "../../support/gateway/recorded.ts";

/** Follows a log in memory; `until` resolves when the condition holds, which every told thing checks. */
function startFollowing(options: {
  amount: number;
  after?: number;
  failures?: number;
  sink?: Partial<Sink>;
}) {
  const events = Array.from({ length: options.amount }, (_, at) => recorded(at + 1));
  const pages: LogPage[] = [];
  const told: string[] = [];
  let failures = options.failures ?? 0;
  let check = () => {};
  const source = makeLogSource(async ({ after, limit }) => {
    if (failures-- > 0) throw new Error("the database is away");
    const found = events.slice(after, after + limit);
    return { events: found, to: Math.max(after, found.length === limit ? after + limit : events.length) };
  }, makeSemaphore(1));
  const stop = new AbortController();
  const sink: Sink = {
    ready: async () => {},
    async page(page) {
      pages.push(page);
      check();
    },
    caughtUp(position) {
      told.push(`caught up at ${position}`);
      check();
    },
    failed: () => told.push("failed"),
    ...options.sink,
  };
  const ended = follow({
    source,
    sink,
    after: options.after ?? 0,
    streams: null,
    retryMs: 1,
    signal: stop.signal,
  });
  return {
    pages,
    told,
    stop: () => stop.abort(),
    ended,
    append() {
      events.push(recorded(events.length + 1));
      source.wake();
    },
    until: (condition: () => boolean) =>
      new Promise<void>((resolve) => {
        check = () => condition() && resolve();
        check();
      }),
  };
}

test("catches up, says so once, and goes on with what comes", async () => {
  const following = startFollowing({ amount: 700 });
  await following.until(() => following.told.length > 0);
  expect(following.told).toEqual(["caught up at 700"]);
  following.append();
  await following.until(() => following.pages.at(-1)?.to === 701);
  expect(following.told).toEqual(["caught up at 700"]);
  following.stop();
  await following.ended;
});

test("ranges follow on each other without a gap", async () => {
  const following = startFollowing({ amount: 300, after: 40 });
  await following.until(() => following.told.length > 0);
  let position = 40;
  for (const page of following.pages) {
    expect(page.after).toBe(position);
    position = page.to;
  }
  expect(position).toBe(300);
  following.stop();
  await following.ended;
});

test("what happens within one pause goes in one frame", async () => {
  const following = startFollowing({ amount: 1 });
  await following.until(() => following.told.length > 0);
  following.append();
  await following.until(() => following.pages.at(-1)?.to === 2);
  for (let more = 0; more < 5; more += 1) following.append();
  await following.until(() => following.pages.at(-1)?.to === 7);
  expect(following.pages.at(-1)?.items).toHaveLength(5);
  following.stop();
  await following.ended;
});

test("a database that is away is asked again and told of once", async () => {
  const following = startFollowing({ amount: 2, failures: 3 });
  await following.until(() => following.told.length > 1);
  expect(following.told).toEqual(["failed", "caught up at 2"]);
  following.stop();
  await following.ended;
});

test("nothing is read for a socket that is not ready", async () => {
  let release = () => {};
  const asked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const following = startFollowing({ amount: 5, sink: { ready: () => asked } });
  await Promise.resolve();
  expect(following.pages).toEqual([]);
  release();
  await following.until(() => following.told.length > 0);
  expect(following.pages.at(-1)?.to).toBe(5);
  following.stop();
  await following.ended;
});
