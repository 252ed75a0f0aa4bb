import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePool } from "../../sql/database.ts";
import { inOrganization } from "../../sql/enter-organization.ts";
import { type EventStore, makeEventStore, readLogWith } from "../../sql/event-store.ts";
import { appendRequest, newTaskStream, renamed } from "../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let pool: pg.Pool;
let store: EventStore;
beforeAll(async () => {
  database = await makeTestDatabase();
  pool = makePool(database.gatewayUrl);
  store = makeEventStore(pool);
});
afterAll(async () => {
  await store.close();
  await pool.end();
  await database.drop();
});

test("an empty log covers nothing", async () => {
  const { orgId } = await database.addOrganization();
  expect(await store.readLog(orgId, { after: 0 })).toEqual({ events: [], to: 0 });
});

test("reads in order, in parts, and says how far it came", async () => {
  const { orgId } = await database.addOrganization();
  for (let i = 0; i < 5; i += 1) await store.append(appendRequest(orgId));
  const first = await store.readLog(orgId, { after: 0, limit: 2 });
  expect(first.events.map(({ position }) => position)).toEqual([1, 2]);
  expect(first.to).toBe(2);
  const rest = await store.readLog(orgId, { after: first.to, limit: 10 });
  expect(rest.events.map(({ position }) => position)).toEqual([3, 4, 5]);
  expect(rest.to).toBe(5);
  expect(await store.readLog(orgId, { after: 5 })).toEqual({ events: [], to: 5 });
});

test("of some streams only, the rest is still covered", async () => {
  const { orgId } = await database.addOrganization();
  const [a, b] = [newTaskStream(), newTaskStream()];
  for (const stream of [a, b, newTaskStream(), a, newTaskStream()])
    await store.append(appendRequest(orgId, { stream }));
  const part = await store.readLog(orgId, { after: 0, streams: [a, b] });
  expect(part.events.map(({ position }) => position)).toEqual([1, 2, 4]);
  expect(part.to).toBe(5);
  expect((await store.readLog(orgId, { after: 0, streams: [a, b], limit: 2 })).to).toBe(2);
});

test("far behind the head it goes through the streams instead of the positions, with the same answer", async () => {
  const { orgId } = await database.addOrganization();
  const [a, b] = [newTaskStream(), newTaskStream()];
  await store.append(appendRequest(orgId, { stream: a, events: [renamed("a1"), renamed("a2")] }));
  await store.append(appendRequest(orgId, { stream: b }));
  const many = Array.from({ length: 1_000 }, () => renamed());
  for (let i = 0; i < 6; i += 1) await store.append(appendRequest(orgId, { events: many }));
  await store.append(appendRequest(orgId, { stream: a }));
  const whole = await store.readLog(orgId, { after: 0, streams: [b, a] });
  expect(whole.events.map(({ position }) => position)).toEqual([1, 2, 3, 6004]);
  expect(whole.to).toBe(6004);
  const part = await store.readLog(orgId, { after: 1, streams: [b, a], limit: 2 });
  expect(part.events.map(({ position }) => position)).toEqual([2, 3]);
  expect(part.to).toBe(3);
});

test("events for owner and admin are hidden from a member, and covered by the range", async () => {
  const { orgId, personId } = await database.addOrganization();
  const memberId = await database.addPerson(orgId, "member");
  await store.append(appendRequest(orgId));
  await store.append(
    appendRequest(orgId, {
      stream: `org-${orgId}`,
      events: [{ type: "PayloadErased", data: { position: 1, reason: "a test" } }],
    }),
  );
  const as = (person: string) =>
    inOrganization(pool, { orgId, personId: person }, (client) => readLogWith(client, orgId, { after: 0 }));
  const seen = await as(memberId);
  expect(seen.events.map(({ type }) => type)).toEqual(["TaskRenamed"]);
  expect(seen.to).toBe(2);
  expect((await as(personId)).events.map(({ type }) => type)).toEqual(["TaskRenamed", "PayloadErased"]);
  expect((await store.readLog(orgId, { after: 0 })).events).toHaveLength(1);
});

test("recorded times never fall, whatever the clock does between batches", async () => {
  const { orgId } = await database.addOrganization();
  await Promise.all(Array.from({ length: 50 }, () => store.append(appendRequest(orgId))));
  const { events } = await store.readLog(orgId, { after: 0 });
  const times = events.map(({ recordedAt }) => recordedAt);
  expect(times).toEqual([...times].sort());
});

test("a stream is read after a version and up to a number of events", async () => {
  const { orgId } = await database.addOrganization();
  const stream = newTaskStream();
  await store.append(
    appendRequest(orgId, { stream, events: ["a", "b", "c", "d"].map((title) => renamed(title)) }),
  );
  const part = await store.readStream(orgId, stream, { after: 1, limit: 2 });
  expect(part.map(({ version, data }) => [version, data])).toEqual([
    [2, { title: "b" }],
    [3, { title: "c" }],
  ]);
  expect(await store.readStream(orgId, newTaskStream())).toEqual([]);
});
