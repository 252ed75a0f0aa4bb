import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sink } from "../../gateway/log/follow.ts";
import type { LogPage } from "../../gateway/log/page.ts";
import { makeTail, type Subscription, type Tail } from "../../gateway/tail.ts";
import { makePool } from "../../sql/database.ts";
import { type EventStore, makeEventStore } from "../../sql/event-store.ts";
import { makeWakeUps, type WakeUps } from "../../sql/notifications.ts";
import { append, notice } from "../support/gateway/seeds.ts";
import { makeTestDatabase, type TestDatabase } from "../support/postgres.ts";

let db: TestDatabase;
let pool: Pool;
let store: EventStore;
let wakeUps: WakeUps;
let tail: Tail;

beforeAll(async () => {
  db = await makeTestDatabase();
  pool = makePool(db.gatewayUrl);
  store = makeEventStore(pool);
  wakeUps = await makeWakeUps(db.gatewayUrl);
  tail = makeTail({ pool, store, wakeUps, pollMs: 200 });
});

afterAll(async () => {
  tail.close();
  await store.close();
  await wakeUps.close();
  await pool.end();
  await db.drop();
});

/** Collects what a subscription sends, and fails at the first gap. */
function startReading(subscription: Partial<Subscription> & Pick<Subscription, "reader">) {
  const after = subscription.after ?? 0;
  const positions: number[] = [];
  let to = after;
  let check = () => {};
  const sink: Sink = {
    ready: async () => {},
    async page(page: LogPage) {
      if (page.after !== to) throw new Error(`a gap: ${page.after} where ${to} was expected`);
      to = page.to;
      positions.push(...page.items.map(({ event }) => event.position));
      check();
    },
    caughtUp: () => check(),
    failed: (error) => {
      throw error;
    },
  };
  const stop = tail.subscribe({ audit: false, streams: null, ...subscription, after }, sink);
  const until = (position: number) =>
    new Promise<void>((resolve) => {
      check = () => to >= position && resolve();
      check();
    });
  return { positions, stop, until };
}

function upTo(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

test("catch-up and live give exactly the log under concurrent appends", async () => {
  const { orgId, personId } = await db.addOrganization();
  const reader = { orgId, personId };
  const streams = Array.from({ length: 8 }, () => `transcript-${randomUUID()}`);
  const write = async (amount: number) => {
    for (let index = 0; index < amount; index += 1) {
      await Promise.all(
        streams.map((stream) => append(store, { orgId, stream }, [notice("one"), notice("two")])),
      );
    }
  };
  await write(40);
  const early = startReading({ reader });
  const writing = write(40);
  const late = startReading({ reader, after: 333 });
  const owner = startReading({ reader, audit: true, after: 700 });
  await writing;
  const total = 8 * 2 * 80;
  await Promise.all([early, late, owner].map((reading) => reading.until(total)));
  expect(early.positions).toEqual(upTo(1, total));
  expect(late.positions).toEqual(upTo(334, total));
  expect(owner.positions).toEqual(upTo(701, total));
  for (const reading of [early, late, owner]) reading.stop();
});

test("a filter by streams still covers every position", async () => {
  const { orgId, personId } = await db.addOrganization();
  const [mine, other] = [`transcript-${randomUUID()}`, `transcript-${randomUUID()}`];
  for (const stream of [mine, other, other, mine, other])
    await append(store, { orgId, stream }, [notice("x")]);
  const reading = startReading({ reader: { orgId, personId }, streams: [mine] });
  await reading.until(5);
  await append(store, { orgId, stream: other }, [notice("y")]);
  await append(store, { orgId, stream: mine }, [notice("z")]);
  await reading.until(7);
  expect(reading.positions).toEqual([1, 4, 7]);
  reading.stop();
});

test("what is for owner and admin is covered for a member, and seen by the owner", async () => {
  const { orgId, personId } = await db.addOrganization();
  const member = await db.addPerson(orgId, "member");
  const stream = `org-${orgId}`;
  await append(store, { orgId, stream }, [
    { type: "OrganizationOpened", data: { name: "Other", slug: "other" } },
  ]);
  await append(store, { orgId, stream }, [
    { type: "PayloadErased", data: { position: 1, reason: "asked for" } },
  ]);
  const asMember = startReading({ reader: { orgId, personId: member } });
  const asOwner = startReading({ reader: { orgId, personId }, audit: true });
  await Promise.all([asMember.until(2), asOwner.until(2)]);
  expect(asMember.positions).toEqual([1]);
  expect(asOwner.positions).toEqual([1, 2]);
  asMember.stop();
  asOwner.stop();
});

test("another organization's events are never seen, whatever stream is named", async () => {
  const [mine, theirs] = [await db.addOrganization(), await db.addOrganization()];
  const stream = `transcript-${randomUUID()}`;
  await append(store, { orgId: theirs.orgId, stream }, [notice("secret")]);
  await append(store, { orgId: mine.orgId, stream: `transcript-${randomUUID()}` }, [notice("ours")]);
  const reading = startReading({ reader: mine, streams: [stream] });
  await reading.until(1);
  expect(reading.positions).toEqual([]);
  reading.stop();
});

test("after its end a subscription sends nothing more", async () => {
  const { orgId, personId } = await db.addOrganization();
  const stream = `transcript-${randomUUID()}`;
  const stopped = startReading({ reader: { orgId, personId } });
  const going = startReading({ reader: { orgId, personId } });
  await append(store, { orgId, stream }, [notice("one")]);
  await Promise.all([stopped.until(1), going.until(1)]);
  stopped.stop();
  await append(store, { orgId, stream }, [notice("two")]);
  await going.until(2);
  expect(stopped.positions).toEqual([1]);
  going.stop();
});

test("a lost wake-up costs a poll, not an event", async () => {
  const { orgId, personId } = await db.addOrganization();
  const deaf = makeTail({ pool, store, wakeUps: { onLog: () => () => {} }, pollMs: 50 });
  const positions: number[] = [];
  const seen = new Promise<void>((resolve) => {
    const sink: Sink = {
      ready: async () => {},
      page: async (page) => {
        positions.push(...page.items.map(({ event }) => event.position));
        resolve();
      },
      caughtUp: () => void append(store, { orgId, stream: `transcript-${randomUUID()}` }, [notice("late")]),
      failed: () => {},
    };
    deaf.subscribe({ reader: { orgId, personId }, audit: false, streams: null, after: 0 }, sink);
  });
  await seen;
  expect(positions).toEqual([1]);
  deaf.close();
});
