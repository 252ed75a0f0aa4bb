import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePool } from "../../../sql/database.ts";
import { makeEventStore } from "../../../sql/event-store.ts";
import { appendRequest, errorOf } from "../../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await makeTestDatabase();
  const pool = makePool(database.workerUrl);
  const store = makeEventStore(pool);
  await store.append(appendRequest(database.orgId));
  await store.close();
  await pool.end();
  await database.query("insert into erasures values ($1, 999, $2, 'a test')", [
    database.orgId,
    Buffer.alloc(32),
  ]);
});
afterAll(() => database.drop());

const CHANGES = [
  "update events set type = 'TaskErased'",
  "update events set data = null, salt = ''",
  "delete from events",
  "truncate events",
  "update commands set to_position = 7",
  "delete from commands",
  "truncate commands",
  "truncate seals",
  "update erasures set reason = 'another'",
  "delete from erasures",
  "truncate erasures",
];

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

test.each(CHANGES)("gateway, worker and auth have no right to: %s", async (statement) => {
  for (const url of [database.gatewayUrl, database.workerUrl, database.authUrl]) {
    const error = await errorOf(run(url, statement));
    expect(error.message).toContain("permission denied");
  }
});

test.each(CHANGES)("the trigger refuses even the administrator: %s", async (statement) => {
  const error = await errorOf(run(database.adminUrl, statement));
  expect(error.message).toContain("append-only");
});

test.each(CHANGES)("and a session that pretends to be a replica: %s", async (statement) => {
  const error = await errorOf(run(database.adminUrl, "set session_replication_role = replica", statement));
  expect(error.message).toContain("append-only");
});

test("naming a row as being erased lets nothing else of it change", async () => {
  const naming = `set pihordev.erasing = '${database.orgId} 1'`;
  const error = await errorOf(
    run(database.adminUrl, naming, "update events set data = null, salt = '', type = 'X'"),
  );
  expect(error.message).toContain("append-only");
  const other = await errorOf(run(database.adminUrl, naming, "update events set data = '{}', salt = ''"));
  expect(other.message).toContain("append-only");
});

test("gateway and worker cannot write rows past append_batch", async () => {
  const insert = `insert into events select '${database.orgId}', 2, 'task-x', 1, gen_random_uuid(), 'T', 1, '{}', '{}', '', now(), now()`;
  for (const url of [database.gatewayUrl, database.workerUrl]) {
    expect((await errorOf(run(url, insert))).message).toContain("permission denied");
  }
});

test("after all that the one event is as it was", async () => {
  const rows = await database.query("select type, data from events");
  expect(rows).toEqual([{ type: "TaskRenamed", data: { title: "a title" } }]);
});
