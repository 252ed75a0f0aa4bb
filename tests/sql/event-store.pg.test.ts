import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BadInput, Fenced, Forbidden, Unavailable, VersionConflict } from "../../core/errors.ts";
import { makePool } from "../../sql/database.ts";
import { type EventStore, makeEventStore } from "../../sql/event-store.ts";
import { NO_STREAM } from "../../sql/log-types.ts";
import { appendRequest, errorOf, newTaskStream, renamed } from "../support/appends.ts";
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

async function newOrganization(): Promise<{ orgId: string; personId: string }> {
  return database.addOrganization();
}

test("the first event of an organization has position 1 and version 1, the next ones follow without a gap", async () => {
  const { orgId } = await newOrganization();
  const stream = newTaskStream();
  const first = await store.append(appendRequest(orgId, { stream, expectedVersion: NO_STREAM }));
  expect(first).toEqual({ fromPosition: 1, position: 1, version: 1, repeated: false });
  const second = await store.append(
    appendRequest(orgId, { stream, expectedVersion: 1, events: [renamed("b"), renamed("c")] }),
  );
  expect(second).toEqual({ fromPosition: 2, position: 3, version: 3, repeated: false });
});

test("an event is read back as it was written, with who did it and why", async () => {
  const { orgId, personId } = await newOrganization();
  const commandId = randomUUID();
  const correlationId = randomUUID();
  const request = appendRequest(orgId, {
    events: [renamed('Grüße 👋 \\ " \u2028 \u0007')],
    actor: { kind: "person", id: personId },
    commandId,
    correlationId,
    causationPosition: 7,
    occurredAt: "2026-01-02T03:04:05.678Z",
  });
  await store.append(request);
  const [event] = await store.readStream(orgId, request.stream);
  expect(event).toMatchObject({
    orgId,
    position: 1,
    stream: request.stream,
    version: 1,
    type: "TaskRenamed",
    schemaVersion: 1,
    data: { title: 'Grüße 👋 \\ " \u2028 \u0007' },
    occurredAt: "2026-01-02T03:04:05.678Z",
    metadata: { actor: { kind: "person", id: personId }, commandId, correlationId, causationPosition: 7 },
  });
  expect(event?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("20 appends at once to one stream get versions 1 to 20", async () => {
  const { orgId } = await newOrganization();
  const stream = newTaskStream();
  const results = await Promise.all(
    Array.from({ length: 20 }, () => store.append(appendRequest(orgId, { stream }))),
  );
  expect(results.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
});

test("of 20 appends at once that expect the same version one is written and 19 are told the conflict", async () => {
  const { orgId } = await newOrganization();
  const stream = newTaskStream();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () =>
      store.append(appendRequest(orgId, { stream, expectedVersion: NO_STREAM })),
    ),
  );
  const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  expect(refused).toHaveLength(19);
  expect(refused.every((error) => error instanceof VersionConflict && error.found === 1)).toBe(true);
  expect(await store.readStream(orgId, stream)).toHaveLength(1);
});

test("a wrong expected version is refused alone, its neighbours in the batch are written", async () => {
  const { orgId } = await newOrganization();
  const outcomes = await Promise.allSettled([
    store.append(appendRequest(orgId)),
    store.append(appendRequest(orgId, { expectedVersion: 5 })),
    store.append(appendRequest(orgId)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect((await store.readLog(orgId, { after: 0 })).events.map(({ position }) => position)).toEqual([1, 2]);
});

test("a repeated command id gets its first result and writes nothing", async () => {
  const { orgId } = await newOrganization();
  const request = appendRequest(orgId, { expectedVersion: NO_STREAM, events: [renamed("a"), renamed("b")] });
  const first = await store.append(request);
  await store.append(appendRequest(orgId, { stream: request.stream }));
  expect(await store.append(request)).toEqual({ ...first, repeated: true });
  expect(await store.readStream(orgId, request.stream)).toHaveLength(3);
});

test("the same command sent twice at once is written once", async () => {
  const { orgId } = await newOrganization();
  const request = appendRequest(orgId);
  const results = await Promise.all([store.append(request), store.append(request)]);
  expect(results.map(({ repeated }) => repeated).sort()).toEqual([false, true]);
  expect(await store.readStream(orgId, request.stream)).toHaveLength(1);
});

test("a command id that wrote to another stream is refused instead of being swallowed", async () => {
  const { orgId } = await newOrganization();
  const request = appendRequest(orgId);
  await store.append(request);
  const error = await errorOf(store.append({ ...request, stream: newTaskStream() }));
  expect(error).toBeInstanceOf(BadInput);
  expect(error.message).toContain("another stream");
});

test("the same command id at once for two streams: one is written, the other told", async () => {
  const { orgId } = await newOrganization();
  const request = appendRequest(orgId);
  const outcomes = await Promise.allSettled([
    store.append(request),
    store.append({ ...request, stream: newTaskStream() }),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await store.readLog(orgId, { after: 0 })).events).toHaveLength(1);
});

test("a person who is no member cannot append, whatever the organization", async () => {
  const { orgId } = await newOrganization();
  const other = await newOrganization();
  const actor = { kind: "person", id: other.personId } as const;
  const error = await errorOf(store.append(appendRequest(orgId, { actor })));
  expect(error).toBeInstanceOf(Forbidden);
  expect((await store.readLog(orgId, { after: 0 })).events).toEqual([]);
});

test("what a person does outside any organization goes to the instance's own log", async () => {
  const { personId } = await newOrganization();
  const instance = "00000000-0000-0000-0000-000000000000";
  const result = await store.append(appendRequest(instance, { actor: { kind: "person", id: personId } }));
  expect(result.position).toBe(1);
});

test("an append with a fence that nobody holds is refused", async () => {
  const { orgId } = await newOrganization();
  const fence = { runId: randomUUID(), fence: 1 };
  expect(await errorOf(store.append(appendRequest(orgId, { fence })))).toBeInstanceOf(Fenced);
});

test("a closed store refuses, after it has written what was on its way", async () => {
  const { orgId } = await newOrganization();
  const own = makeEventStore(pool);
  const underWay = Array.from({ length: 30 }, () => own.append(appendRequest(orgId)));
  await own.close();
  expect(
    (await Promise.all(underWay))
      .map(({ position }) => position)
      .sort((a, b) => a - b)
      .at(-1),
  ).toBe(30);
  expect(await errorOf(own.append(appendRequest(orgId)))).toBeInstanceOf(Unavailable);
});

test("salts are 16 bytes and differ, ids too, also within one append", async () => {
  const { orgId } = await newOrganization();
  const events = Array.from({ length: 300 }, (_, index) => renamed(`${index}`));
  await store.append(appendRequest(orgId, { events }));
  await store.append(appendRequest(orgId));
  const rows = await database.query(
    "select count(distinct salt)::int as salts, count(distinct id)::int as ids, min(length(salt)) as shortest from events where org_id = $1",
    [orgId],
  );
  expect(rows).toEqual([{ salts: 301, ids: 301, shortest: 16 }]);
});
