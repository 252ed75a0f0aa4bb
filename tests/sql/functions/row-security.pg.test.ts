import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NotFound } from "../../../core/errors.ts";
import { makePool } from "../../../sql/database.ts";
import { inOrganization } from "../../../sql/enter-organization.ts";
import { makeEventStore } from "../../../sql/event-store.ts";
import { acquireLease } from "../../../sql/leases.ts";
import { appendRequest, errorOf } from "../../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
let gateway: pg.Pool;
let worker: pg.Pool;
let mine: { orgId: string; personId: string };
let theirs: { orgId: string; personId: string };
beforeAll(async () => {
  database = await makeTestDatabase();
  gateway = makePool(database.gatewayUrl);
  worker = makePool(database.workerUrl);
  mine = { orgId: database.orgId, personId: database.personId };
  theirs = await database.addOrganization();
  const store = makeEventStore(worker);
  for (const { orgId } of [mine, theirs]) {
    await store.append(appendRequest(orgId));
    await acquireLease(worker, { orgId, runId: randomUUID(), holder: "w", ttlMs: 60_000 });
    await worker.query("insert into checkpoints (org_id, projection) values ($1, 'p')", [orgId]);
    await worker.query("insert into vault (org_id, kind, key_id, sealed) values ($1, 'git', 'k', 'secret')", [
      orgId,
    ]);
  }
  await store.close();
});
afterAll(async () => {
  await gateway.end();
  await worker.end();
  await database.drop();
});

const TABLES = ["events", "leases", "checkpoints", "vault"];

test.each(TABLES)("the gateway sees nothing of %s outside an organization", async (table) => {
  expect((await gateway.query(`select org_id from ${table}`)).rows).toEqual([]);
});

test.each(TABLES)("within an organization the gateway sees its %s and no other's", async (table) => {
  const { rows } = await inOrganization(gateway, mine, (client) =>
    client.query(`select org_id from ${table}`),
  );
  expect(rows).toEqual([{ org_id: mine.orgId }]);
  const other = await inOrganization(gateway, theirs, (client) =>
    client.query(`select org_id from ${table}`),
  );
  expect(other.rows).toEqual([{ org_id: theirs.orgId }]);
});

test.each(TABLES)("the worker sees %s of all organizations", async (table) => {
  const { rows } = await worker.query(`select org_id from ${table} order by org_id`);
  expect(rows.map((row) => row.org_id)).toEqual([mine.orgId, theirs.orgId].sort());
});

test("having entered one organization, reading another's log gives nothing", async () => {
  const { rows } = await inOrganization(gateway, mine, (client) =>
    client.query("select (event).position from read_log($1, 0, 10)", [theirs.orgId]),
  );
  expect(rows).toEqual([{ position: null }]);
});

test("a person who is no member enters nothing, and cannot tell whether it exists", async () => {
  const foreign = await errorOf(
    inOrganization(gateway, { ...mine, personId: theirs.personId }, async () => 1),
  );
  const missing = await errorOf(inOrganization(gateway, { ...mine, orgId: randomUUID() }, async () => 1));
  expect(foreign).toBeInstanceOf(NotFound);
  expect(missing.message).toBe(foreign.message);
});

test("what was entered ends with its transaction", async () => {
  const single = makePool(database.gatewayUrl, { max: 1 });
  await inOrganization(single, mine, (client) => client.query("select from events"));
  expect((await single.query("select from events")).rows).toEqual([]);
  await single.end();
});

test("a failing transaction is rolled back and the connection goes on", async () => {
  const single = makePool(database.gatewayUrl, { max: 1 });
  const failure = await errorOf(
    inOrganization(single, mine, async () => {
      throw new Error("in the middle");
    }),
  );
  expect(failure.message).toBe("in the middle");
  expect(await inOrganization(single, mine, async () => "again")).toBe("again");
  await single.end();
});

test("the gateway can seal a secret for its organization only, and never read one", async () => {
  const insert = (orgId: string) =>
    inOrganization(gateway, mine, (client) =>
      client.query("insert into vault (org_id, kind, key_id, sealed) values ($1, 'git', 'k', 'x')", [orgId]),
    );
  expect((await insert(mine.orgId)).rowCount).toBe(1);
  expect((await errorOf(insert(theirs.orgId))).message).toContain("row-level security");
  const read = inOrganization(gateway, mine, (client) => client.query("select sealed from vault"));
  expect((await errorOf(read)).message).toContain("permission denied");
});

test.each([
  "select from auth.member",
  "select from commands",
  "select from asks",
  "select from delta_channels",
  "select from graphile_worker._private_jobs",
  "select append_refusal('[]', 0, null)",
  "select lock_organizations('{}')",
  "select acquire_lease(gen_random_uuid(), gen_random_uuid(), 'me', 1000)",
  "select erase_payload(gen_random_uuid(), 1, '', '')",
  "select save_seal(gen_random_uuid(), 1, 1, '', '')",
  "create table mine (id int)",
  "set role log_owner",
])("the gateway may not: %s", async (statement) => {
  expect((await errorOf(gateway.query(statement))).message).toContain("permission denied");
});

test.each([
  "select from auth.member",
  'select from auth."user"',
  "set role log_owner",
  "select enter_organization(null, null)",
])("the worker may not: %s", async (statement) => {
  expect((await errorOf(worker.query(statement))).message).toContain("permission denied");
});

test("neither of the three is superuser, bypasses row-level security, or owns a table of the log", async () => {
  const rows = await database.query(
    `select rolname from pg_roles where rolname in ('gateway', 'worker', 'auth', 'log_owner')
     and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
  );
  expect(rows).toEqual([]);
  const owners = await database.query(
    "select distinct tableowner from pg_tables where schemaname = 'public'",
  );
  expect(owners).toEqual([{ tableowner: "log_owner" }]);
});
