import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePool } from "../../../sql/database.ts";
import { makeEventStore } from "../../../sql/event-store.ts";
import { appendRequest, newTaskStream, renamed } from "../../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
let client: pg.Client;
let plans: string[] = [];
const stream = newTaskStream();

/** The plans of the statements inside functions are told by auto_explain, to a session that then becomes `role`. */
beforeAll(async () => {
  database = await makeTestDatabase();
  await fill();
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  client.on("notice", ({ message }) => plans.push(message ?? ""));
  await client.query("load 'auto_explain'");
  await client.query(`set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
    set auto_explain.log_level = notice; set client_min_messages = notice`);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function fill(): Promise<void> {
  const pool = makePool(database.workerUrl);
  const store = makeEventStore(pool);
  const other = await database.addOrganization();
  const many = Array.from({ length: 1_000 }, () => renamed());
  for (let i = 0; i < 7; i += 1) {
    await store.append(appendRequest(database.orgId, { events: many, ...(i === 3 ? { stream } : {}) }));
    await store.append(appendRequest(other.orgId, { events: many }));
  }
  await store.close();
  await pool.end();
  await database.query("analyze");
}

async function plansOf(role: "gateway" | "worker", statement: string, values: unknown[]): Promise<string> {
  plans = [];
  await client.query("begin");
  await client.query(`set local role ${role}`);
  await client.query(statement, values);
  await client.query("rollback");
  return plans.filter((plan) => plan.includes("events")).join("\n");
}

test.each(["gateway", "worker"] as const)("as %s, reading the log walks the primary key", async (role) => {
  const plan = await plansOf(role, "select count(*) from read_log($1, 6500, 100)", [database.orgId]);
  expect(plan).toContain("Index Scan using events_pkey");
  expect(plan).not.toMatch(/Seq Scan on events|Sort/);
});

test.each(["gateway", "worker"] as const)(
  "as %s, reading some streams from far behind walks their key",
  async (role) => {
    const plan = await plansOf(role, "select count(*) from read_log($1, 0, 100, $2)", [
      database.orgId,
      [stream],
    ]);
    expect(plan).toContain("events_org_id_stream_name_stream_version_key");
    expect(plan).not.toContain("Seq Scan on events");
  },
);

test.each(["gateway", "worker"] as const)("as %s, reading a stream walks its key in order", async (role) => {
  const plan = await plansOf(role, "select count(*) from read_stream($1, $2, 0, 100)", [
    database.orgId,
    stream,
  ]);
  expect(plan).toContain("events_org_id_stream_name_stream_version_key");
  expect(plan).not.toMatch(/Seq Scan on events|Sort/);
});

test("an append finds the last version, the last position and the command through their indexes", async () => {
  const item = [
    database.orgId,
    stream,
    null,
    randomUUID(),
    null,
    null,
    null,
    {},
    null,
    [["TaskRenamed", 1, {}, randomUUID(), "AAAAAAAAAAAAAAAAAAAAAA=="]],
  ];
  const plan = await plansOf("gateway", "select * from append_batch($1, $2)", [
    JSON.stringify([item]),
    [database.orgId],
  ]);
  expect(plan).toMatch(/Index (Only )?Scan Backward using events_pkey/);
  expect(plan).toMatch(/Index Only Scan Backward using events_org_id_stream_name_stream_version_key/);
  expect(plan).toContain("using commands_pkey");
  expect(plan).not.toMatch(/Seq Scan on (events|commands)/);
});

test("the last position of every organization takes one step an organization", async () => {
  const plan = await plansOf("worker", "select count(*) from log_heads()", []);
  expect(plan).toContain("using events_pkey");
  expect(plan).not.toContain("Seq Scan on events");
});
