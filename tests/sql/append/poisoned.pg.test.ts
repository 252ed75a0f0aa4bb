import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BadInput, TooLarge, UnknownEvent } from "../../../core/errors.ts";
import { deliverBatch } from "../../../sql/append/deliver.ts";
import { type PreparedAppend, prepareAppend } from "../../../sql/append/prepare.ts";
import { makePool } from "../../../sql/database.ts";
import { type EventStore, makeEventStore } from "../../../sql/event-store.ts";
import { appendRequest, errorOf, renamed } from "../../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
let pool: pg.Pool;
let store: EventStore;
beforeAll(async () => {
  database = await makeTestDatabase();
  pool = makePool(database.workerUrl);
  store = makeEventStore(pool);
});
afterAll(async () => {
  await store.close();
  await pool.end();
  await database.drop();
});

const OPTIONS = { retryMs: 1_000, callMs: 20_000 };
const NOTE = (text: string) => [{ type: "NoticeGiven", data: { text } }];

/** As if a check before the queue had a hole: the text of the item is changed after it. */
function poison(append: PreparedAppend, from: string, to: string): PreparedAppend {
  return { ...append, json: append.json.replace(from, to) };
}

test.each([
  ["NUL", "a title", "a \\u0000 title"],
  ["half a surrogate pair", "a title", "a \\ud83d title"],
  ["an event version that is no number", '"TaskRenamed",1', '"TaskRenamed","one"'],
  ["version zero", '"TaskRenamed",1', '"TaskRenamed",0'],
])("one poisoned append (%s) among good ones fails alone, the others are written", async (_, from, to) => {
  const { orgId } = await database.addOrganization();
  const batch = Array.from({ length: 11 }, () => prepareAppend(appendRequest(orgId)));
  const [sixth] = batch.slice(5, 6);
  const answers = await deliverBatch(
    pool,
    [...batch.slice(0, 5), ...(sixth ? [poison(sixth, from, to)] : []), ...batch.slice(6)],
    OPTIONS,
  );
  expect(answers.map((answer) => answer instanceof BadInput)).toEqual(
    Array.from({ length: 11 }, (__, i) => i === 5),
  );
  const positions = answers.flatMap((answer) => (answer instanceof Error ? [] : [answer.position]));
  expect(positions).toEqual(Array.from({ length: 10 }, (__, i) => i + 1));
});

test.each([
  ["NUL in a value", renamed("a \0 b"), /data\.title of TaskRenamed/],
  ["a lone high surrogate", renamed("a \ud83d b"), /data\.title of TaskRenamed/],
  ["a lone low surrogate", renamed("\udc4b"), /data\.title of TaskRenamed/],
])("%s is refused before the queue, naming the place", async (_, event, message) => {
  const { orgId } = await database.addOrganization();
  const error = await errorOf(store.append(appendRequest(orgId, { events: [event] })));
  expect(error).toBeInstanceOf(BadInput);
  expect(error.message).toMatch(message);
  expect((await store.append(appendRequest(orgId))).position).toBe(1);
});

test("text that only looks like an escape is stored as it is", async () => {
  const { orgId } = await database.addOrganization();
  const request = appendRequest(orgId, { events: [renamed("\\u0000 \\ud83d \\\\ud800")] });
  await store.append(request);
  expect((await store.readStream(orgId, request.stream))[0]?.data).toEqual({
    title: "\\u0000 \\ud83d \\\\ud800",
  });
});

test("NUL deep inside an open object, in a key and in a value, is found", () => {
  const entry = (extra: object) => ({
    type: "SessionEntryRecorded",
    data: { entry: { type: "x", id: "1", ...extra }, blobs: {} },
  });
  const stream = appendRequest("", {}).stream.replace("task", "transcript");
  const prepare = (event: { type: string; data: unknown }) => () =>
    prepareAppend(appendRequest("7b0a0b1e-8f43-4a73-9b39-0f6f3f3f0001", { stream, events: [event] }));
  expect(prepare(entry({ deep: [{ text: "ok" }, { text: "\0" }] }))).toThrow(/data\.entry\.deep\.1\.text/);
  expect(prepare(entry({ deep: { "a\0": 1 } }))).toThrow(/a key in data\.entry\.deep/);
  expect(prepare(entry({ deep: "fine" }))).not.toThrow();
});

test("what a schema refuses never reaches the log", async () => {
  const { orgId } = await database.addOrganization();
  const wrong = store.append(appendRequest(orgId, { events: [{ type: "TaskRenamed", data: { title: 7 } }] }));
  expect(await errorOf(wrong)).toBeInstanceOf(BadInput);
  const unknown = store.append(appendRequest(orgId, { events: [{ type: "TaskExploded", data: {} }] }));
  expect(await errorOf(unknown)).toBeInstanceOf(UnknownEvent);
  const elsewhere = store.append(appendRequest(orgId, { events: NOTE("in a task's stream") }));
  expect((await errorOf(elsewhere)).message).toContain("does not belong into a task stream");
});

test.each([
  ["no event", { events: [] }],
  ["an organization that is no UUID", { orgId: "mine" }],
  ["a stream name of no category", { stream: "cats-1" }],
  ["a negative version", { expectedVersion: -1 }],
  ["a command id that is no UUID", { commandId: "1" }],
  ["a time that is none", { occurredAt: "yesterday" }],
  ["a person that is no UUID", { actor: { kind: "person", id: "me" } }],
] as const)("%s is bad input and writes nothing", async (_, changes) => {
  const { orgId } = await database.addOrganization();
  expect(await errorOf(store.append(appendRequest(orgId, changes)))).toBeInstanceOf(BadInput);
  expect((await store.readLog(orgId, { after: 0 })).to).toBe(0);
});

test("too many events, one that is too large, and an append that is too large are refused", async () => {
  const { orgId } = await database.addOrganization();
  const many = Array.from({ length: 1_001 }, () => renamed());
  expect(await errorOf(store.append(appendRequest(orgId, { events: many })))).toBeInstanceOf(TooLarge);
  const stream = `transcript-${orgId}`;
  const entry = (text: string) => ({
    type: "SessionEntryRecorded",
    data: { entry: { type: "x", id: "1", text } },
  });
  const large = store.append(appendRequest(orgId, { stream, events: [entry("é".repeat(600_000))] }));
  expect(await errorOf(large)).toBeInstanceOf(TooLarge);
  const events = Array.from({ length: 20 }, () => entry("x".repeat(1_000_000)));
  expect(await errorOf(store.append(appendRequest(orgId, { stream, events })))).toBeInstanceOf(TooLarge);
});

test("data nested deeper than the database can take is refused alone", async () => {
  const { orgId } = await database.addOrganization();
  let deep: unknown = "bottom";
  for (let i = 0; i < 50_000; i += 1) deep = [deep];
  const events = [{ type: "SessionEntryRecorded", data: { entry: { type: "x", id: "1", deep } } }];
  const outcomes = await Promise.allSettled([
    store.append(appendRequest(orgId)),
    store.append(appendRequest(orgId, { stream: `transcript-${orgId}`, events })),
    store.append(appendRequest(orgId)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect((await store.readLog(orgId, { after: 0 })).to).toBe(2);
});
