import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorOf } from "../../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await makeTestDatabase();
  client = new pg.Client({ connectionString: database.workerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

type Item = [
  string,
  string,
  number | null,
  string,
  string | null,
  string | null,
  number | null,
  object,
  null,
  unknown[],
];

function item(orgId: string, changes: { stream?: string; events?: number; commandId?: string } = {}): Item {
  const events = Array.from({ length: changes.events ?? 1 }, () => [
    "TaskRenamed",
    1,
    { title: "x" },
    randomUUID(),
    "AAAAAAAAAAAAAAAAAAAAAA==",
  ]);
  const stream = changes.stream ?? `task-${randomUUID()}`;
  return [orgId, stream, null, changes.commandId ?? randomUUID(), null, null, null, {}, null, events];
}

async function appendBatch(on: pg.Client, items: Item[], jobs: unknown[] | null = null) {
  const orgs = [...new Set(items.map(([orgId]) => orgId))];
  const { rows } = await on.query("select * from append_batch($1, $2, $3) order by item", [
    JSON.stringify(items),
    orgs,
    jobs && JSON.stringify(jobs),
  ]);
  return rows;
}

test("each organization of a batch is numbered by itself, in the order of the items", async () => {
  const [a, b] = [randomUUID(), randomUUID()];
  const rows = await appendBatch(client, [item(a, { events: 2 }), item(b), item(a), item(b, { events: 3 })]);
  expect(rows.map((row) => [row.from_position, row.to_position])).toEqual([
    ["1", "2"],
    ["1", "1"],
    ["3", "3"],
    ["2", "4"],
  ]);
});

test("500 appends over 100 organizations in one batch", async () => {
  const orgs = Array.from({ length: 100 }, () => randomUUID());
  const rows = await appendBatch(
    client,
    Array.from({ length: 500 }, (_, i) => item(orgs[i % 100] ?? "")),
  );
  expect(rows.every((row) => row.refusal === null)).toBe(true);
  const counts = await database.query(
    "select count(*)::int as n, max(position)::int as last from events where org_id = any ($1) group by org_id",
    [orgs],
  );
  expect(counts).toEqual(Array.from({ length: 100 }, () => ({ n: 5, last: 5 })));
});

test("an event without a salt of 16 bytes is refused", async () => {
  const [orgId, stream] = [randomUUID(), `task-${randomUUID()}`];
  const events = [["TaskRenamed", 1, { title: "x" }, randomUUID(), "AAAA"]];
  const short: Item = [orgId, stream, null, randomUUID(), null, null, null, {}, null, events];
  await expect(appendBatch(client, [short])).rejects.toThrow(/check constraint/);
});

test("a recorded time never falls, even when the clock was ahead before", async () => {
  const org = randomUUID();
  await database.query(
    `insert into events select $1, 1, 'task-x', 1, gen_random_uuid(), 'TaskRenamed', 1, '{}', '{}', decode(repeat('00', 16), 'hex'), now(), now() + interval '1 hour'`,
    [org],
  );
  await appendBatch(client, [item(org)]);
  const [row] = await database.query(
    "select count(distinct recorded_at)::int as times, max(position)::int as last from events where org_id = $1",
    [org],
  );
  expect(row).toEqual({ times: 1, last: 2 });
});

test.each(["repeatable read", "serializable"])("refuses to work under %s", async (level) => {
  await client.query(`begin isolation level ${level}`);
  const error = await errorOf(appendBatch(client, [item(randomUUID())]));
  await client.query("rollback");
  expect(error.message).toContain("needs read committed");
});

test("who appends to an organization waits for whoever holds it, and then sees what was written", async () => {
  const org = randomUUID();
  const other = new pg.Client({ connectionString: database.workerUrl });
  await other.connect();
  await client.query("begin");
  await appendBatch(client, [item(org)]);
  const waiting = appendBatch(other, [item(org)]);
  await untilBlocked();
  await client.query("commit");
  expect((await waiting)[0]).toMatchObject({ from_position: "2" });
  await other.end();
});

test("one organization that is held does not delay another", async () => {
  const [held, free] = [randomUUID(), randomUUID()];
  const other = new pg.Client({ connectionString: database.workerUrl });
  await other.connect();
  await client.query("begin");
  await appendBatch(client, [item(held)]);
  expect((await appendBatch(other, [item(free)]))[0]).toMatchObject({ from_position: "1" });
  await client.query("rollback");
  await other.end();
});

test("a wider transaction that rolls back leaves no gap", async () => {
  const org = randomUUID();
  await client.query("begin");
  await appendBatch(client, [item(org, { events: 3 })]);
  await client.query("rollback");
  expect((await appendBatch(client, [item(org)]))[0]).toMatchObject({ from_position: "1" });
});

test("a writer that skips the lock is stopped by the key instead of losing an event", async () => {
  const org = randomUUID();
  await appendBatch(client, [item(org)]);
  const insert = `insert into events select '${org}', 1, 'task-y', 1, gen_random_uuid(), 'T', 1, '{}', '{}', decode(repeat('00', 16), 'hex'), now(), now()`;
  expect((await errorOf(database.query(insert))).message).toContain("duplicate key");
});

test("jobs are added in the same transaction, one waiting job a key, for what was written only", async () => {
  const org = randomUUID();
  const refused = item(org);
  refused[2] = 9;
  const job = (index: number, key: string) => [index, "dispatch", { of: index }, key];
  await client.query("begin");
  await appendBatch(client, [item(org), item(org), refused], [job(1, "one"), job(2, "one"), job(3, "other")]);
  await client.query("rollback");
  expect(await database.query("select key from graphile_worker.jobs")).toEqual([]);
  await appendBatch(client, [item(org), item(org), refused], [job(1, "one"), job(2, "one"), job(3, "other")]);
  expect(await database.query("select key, task_identifier from graphile_worker.jobs")).toEqual([
    { key: "one", task_identifier: "dispatch" },
  ]);
});

test("an append cannot start a job that no event may ask for", async () => {
  const error = await errorOf(appendBatch(client, [item(randomUUID())], [[1, "run_agent", {}, "mine"]]));
  expect(error.message).toContain("cannot ask for the jobs");
});

test("one notification a batch, with the organizations; none of them when they are too many to name", async () => {
  const listener = new pg.Client({ connectionString: database.gatewayUrl });
  await listener.connect();
  const heard: string[] = [];
  listener.on("notification", ({ payload }) => heard.push(payload ?? ""));
  await listener.query("listen log");
  const [a, b] = [randomUUID(), randomUUID()];
  await appendBatch(client, [item(a), item(b), item(a)]);
  await appendBatch(
    client,
    Array.from({ length: 200 }, () => item(randomUUID())),
  );
  await expect.poll(() => heard.length).toBe(2);
  expect(heard[0]?.split(",").sort()).toEqual([a, b].sort());
  expect(heard[1]).toBe("");
  await listener.end();
});

async function untilBlocked(): Promise<void> {
  await expect
    .poll(() =>
      database.query(
        "select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
      ),
    )
    .toHaveLength(1);
}
