import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Fenced } from "../../core/errors.ts";
import { makePool } from "../../sql/database.ts";
import { type EventStore, makeEventStore } from "../../sql/event-store.ts";
import { acquireLease, listLeases, releaseLease, renewLease } from "../../sql/leases.ts";
import { appendRequest, errorOf } from "../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../support/postgres.ts";

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

const LONG = 60_000;

function newRun(): { orgId: string; runId: string } {
  return { orgId: database.orgId, runId: randomUUID() };
}

/** A lease whose time is over, without waiting for it. */
async function expire({ runId }: { runId: string }): Promise<void> {
  await database.query("update leases set expires_at = now() - interval '1 second' where run_id = $1", [
    runId,
  ]);
}

test("the first holder gets fence 1, and nobody else gets the lease meanwhile", async () => {
  const run = newRun();
  expect(await acquireLease(pool, { ...run, holder: "a", ttlMs: LONG })).toEqual({
    fence: 1,
    previousHolder: null,
  });
  expect(await acquireLease(pool, { ...run, holder: "b", ttlMs: LONG })).toBeNull();
  expect(await acquireLease(pool, { ...run, holder: "a", ttlMs: LONG })).toBeNull();
});

test("of 20 who ask at once one gets it", async () => {
  const run = newRun();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => acquireLease(pool, { ...run, holder: `w${i}`, ttlMs: LONG })),
  );
  expect(answers.filter((answer) => answer !== null)).toEqual([{ fence: 1, previousHolder: null }]);
});

test("a takeover raises the fence, names the former holder, and the former one's appends are refused", async () => {
  const run = newRun();
  const first = await acquireLease(pool, { ...run, holder: "a", ttlMs: LONG });
  const append = (fence: number) =>
    store.append(appendRequest(run.orgId, { fence: { runId: run.runId, fence } }));
  expect((await append(first?.fence ?? 0)).repeated).toBe(false);
  await expire(run);
  expect(await acquireLease(pool, { ...run, holder: "b", ttlMs: LONG })).toEqual({
    fence: 2,
    previousHolder: "a",
  });
  expect(await errorOf(append(1))).toBeInstanceOf(Fenced);
  expect((await append(2)).repeated).toBe(false);
  expect(await renewLease(pool, { ...run, holder: "a", fence: 1, ttlMs: LONG })).toBe(false);
});

test("the fence is stored with the event", async () => {
  const run = newRun();
  await acquireLease(pool, { ...run, holder: "a", ttlMs: LONG });
  const request = appendRequest(run.orgId, { fence: { runId: run.runId, fence: 1 } });
  await store.append(request);
  expect((await store.readStream(run.orgId, request.stream))[0]?.metadata.fence).toBe(1);
});

test("a retry of what the former holder had written gets its first result, not the fence", async () => {
  const run = newRun();
  await acquireLease(pool, { ...run, holder: "a", ttlMs: LONG });
  const request = appendRequest(run.orgId, { fence: { runId: run.runId, fence: 1 } });
  const first = await store.append(request);
  await expire(run);
  await acquireLease(pool, { ...run, holder: "b", ttlMs: LONG });
  expect(await store.append(request)).toEqual({ ...first, repeated: true });
});

test("a renewed lease is not taken over; one that ran out untaken can still be renewed", async () => {
  const run = newRun();
  await acquireLease(pool, { ...run, holder: "a", ttlMs: 1 });
  expect(await renewLease(pool, { ...run, holder: "a", fence: 1, ttlMs: LONG })).toBe(true);
  expect(await acquireLease(pool, { ...run, holder: "b", ttlMs: LONG })).toBeNull();
  expect(await renewLease(pool, { ...run, holder: "b", fence: 1, ttlMs: LONG })).toBe(false);
});

test("a released lease is free at once, and its fence still rises", async () => {
  const run = newRun();
  await acquireLease(pool, { ...run, holder: "a", ttlMs: LONG });
  await releaseLease(pool, { ...run, fence: 1 });
  expect(await acquireLease(pool, { ...run, holder: "b", ttlMs: LONG })).toEqual({
    fence: 2,
    previousHolder: null,
  });
  await releaseLease(pool, { ...run, fence: 1 });
  expect(await acquireLease(pool, { ...run, holder: "c", ttlMs: LONG })).toBeNull();
});

test("the list tells who holds what, and which have run out", async () => {
  const [held, late, given] = [newRun(), newRun(), newRun()];
  for (const run of [held, late, given]) await acquireLease(pool, { ...run, holder: "a", ttlMs: LONG });
  await expire(late);
  await releaseLease(pool, { ...given, fence: 1 });
  const mine = [held.runId, late.runId, given.runId];
  const all = (await listLeases(pool)).filter(({ runId }) => mine.includes(runId));
  expect(all.map(({ runId, expired }) => [runId, expired])).toEqual([
    [late.runId, true],
    [held.runId, false],
  ]);
  const expired = (await listLeases(pool, { expiredOnly: true })).filter(({ runId }) => mine.includes(runId));
  expect(expired).toMatchObject([{ ...late, holder: "a", fence: 1, expired: true }]);
});

test("the fence rises under the organization's lock: a takeover waits for an append that is under way", async () => {
  const run = newRun();
  await acquireLease(pool, { ...run, holder: "a", ttlMs: LONG });
  await expire(run);
  const client = await pool.connect();
  await client.query("begin");
  await client.query("select append_batch('[]', array[$1]::uuid[])", [run.orgId]);
  let taken = false;
  const takeover = acquireLease(pool, { ...run, holder: "b", ttlMs: LONG }).then((lease) => {
    taken = true;
    return lease;
  });
  await expect
    .poll(() =>
      database.query(
        "select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
      ),
    )
    .toHaveLength(1);
  expect(taken).toBe(false);
  await client.query("commit");
  client.release();
  expect((await takeover)?.fence).toBe(2);
});
