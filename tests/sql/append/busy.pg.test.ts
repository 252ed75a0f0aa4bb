import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Unavailable } from "../../../core/errors.ts";
import { makePool } from "../../../sql/database.ts";
import { makeEventStore } from "../../../sql/event-store.ts";
import { appendRequest, errorOf } from "../../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await makeTestDatabase();
  pool = makePool(database.workerUrl, { lockTimeoutMs: 150 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test("an organization that somebody holds too long is told, and the rest of its batch is written", async () => {
  const [held, free] = [randomUUID(), randomUUID()];
  const store = makeEventStore(pool);
  const holder = await pool.connect();
  await holder.query("begin");
  await holder.query("select append_batch('[]', array[$1]::uuid[])", [held]);
  const request = appendRequest(held);
  const outcomes = await Promise.allSettled([
    store.append(appendRequest(free)),
    store.append(request),
    store.append(appendRequest(free)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  await holder.query("rollback");
  holder.release();
  expect((await store.append(request)).repeated).toBe(false);
  await store.close();
});

test("a transaction that holds an organization and does nothing is ended by the database", async () => {
  const org = randomUUID();
  const forgetful = makePool(database.workerUrl, { idleInTransactionTimeoutMs: 100 });
  const client = await forgetful.connect();
  await client.query("begin");
  await client.query("select append_batch('[]', array[$1]::uuid[])", [org]);
  const store = makeEventStore(makePoolOf(5_000));
  expect((await store.append(appendRequest(org))).position).toBe(1);
  client.release(true);
  await forgetful.end();
  await closeExtra();
});

test("a database that stays away is one clear error, with the promise that a retry writes once", async () => {
  const away = makePool("postgres://worker:x@127.0.0.1:1/none");
  const store = makeEventStore(away, { retryMs: 150 });
  const error = await errorOf(store.append(appendRequest(randomUUID())));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error.message).toContain("Try again with the same command id");
  await store.close();
  await away.end();
});

const extra: pg.Pool[] = [];

function makePoolOf(lockTimeoutMs: number): pg.Pool {
  const made = makePool(database.workerUrl, { lockTimeoutMs });
  extra.push(made);
  return made;
}

async function closeExtra(): Promise<void> {
  for (const made of extra.splice(0)) await made.end();
}
