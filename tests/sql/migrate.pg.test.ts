import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { BadInput, Unavailable } from "../../core/errors.ts";
import { AUDIT_EVENT_TYPES } from "../../core/event-catalog.ts";
import { migrate } from "../../sql/migrate.ts";
import { dumpSchema } from "../../sql/schema/dump.ts";
import { generateTypes } from "../../sql/schema/types.ts";
import { errorOf } from "../support/appends.ts";
import { PASSWORDS } from "../support/clusters/cluster.ts";
import { startSecondCluster } from "../support/clusters/second-cluster.ts";
import { until } from "../support/processes.ts";

const SQL = join(import.meta.dirname, "../../sql");
const made: string[] = [];
let admin: pg.Client;
beforeAll(async () => {
  admin = new pg.Client({ connectionString: inject("postgresAdminUrl") });
  await admin.connect();
});
afterAll(async () => {
  for (const name of made) await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});

async function emptyDatabase(): Promise<string> {
  const name = `empty_${randomBytes(6).toString("hex")}`;
  await admin.query(`create database ${name} template template0`);
  made.push(name);
  const url = new URL(inject("postgresAdminUrl"));
  url.pathname = `/${name}`;
  return url.href;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test("20 processes at once migrate an empty database once, and each gets URLs that open", async () => {
  const adminUrl = await emptyDatabase();
  const results = await Promise.all(
    Array.from({ length: 20 }, () => migrate({ adminUrl, passwords: PASSWORDS })),
  );
  expect(results.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
  expect(await query(adminUrl, "select count(*)::int as n from local_owner()")).toEqual([{ n: 1 }]);
  for (const url of [results[7]?.gatewayUrl, results[11]?.workerUrl, results[19]?.authUrl]) {
    expect(await query(url ?? "", "select 1 as one")).toEqual([{ one: 1 }]);
  }
}, 60_000);

test("databases of one server can be migrated at the same time although they share the roles", async () => {
  const urls = await Promise.all([emptyDatabase(), emptyDatabase(), emptyDatabase()]);
  const results = await Promise.all(urls.map((adminUrl) => migrate({ adminUrl, passwords: PASSWORDS })));
  expect(results.every(({ applied }) => applied.length > 20)).toBe(true);
}, 60_000);

test("the second time there is nothing to do, and the audit types are those of core", async () => {
  const adminUrl = await emptyDatabase();
  await migrate({ adminUrl, passwords: PASSWORDS });
  await query(adminUrl, "insert into audit_event_types values ('Gone')");
  expect((await migrate({ adminUrl, passwords: PASSWORDS })).applied).toEqual([]);
  const rows = await query(adminUrl, "select type from audit_event_types order by type");
  expect(rows).toEqual([...AUDIT_EVENT_TYPES].sort().map((type) => ({ type })));
});

test("a migration that was changed after it was applied is refused, and nothing is touched", async () => {
  const adminUrl = await emptyDatabase();
  await migrate({ adminUrl, passwords: PASSWORDS });
  await query(adminUrl, "update migrations set sha256 = 'other' where name like '000001%'");
  const error = await errorOf(migrate({ adminUrl, passwords: PASSWORDS }));
  expect(error).toBeInstanceOf(BadInput);
  expect(error.message).toContain("000001_log.sql was changed after it was applied");
});

test("a function whose text has changed is applied again", async () => {
  const adminUrl = await emptyDatabase();
  await migrate({ adminUrl, passwords: PASSWORDS });
  await query(adminUrl, "update migrations set sha256 = 'other' where name = 'functions/log/log_head.sql'");
  expect((await migrate({ adminUrl, passwords: PASSWORDS })).applied).toEqual(["functions/log/log_head.sql"]);
});

test("given URLs are used as they are: their roles act for ours", async () => {
  const adminUrl = await emptyDatabase();
  const name = `their_gateway_${randomBytes(4).toString("hex")}`;
  await admin.query(`create role ${name} login password 'own'`);
  const url = new URL(adminUrl);
  url.username = name;
  url.password = "own";
  const migrated = await migrate({ adminUrl, passwords: PASSWORDS, roleUrls: { gateway: url.href } });
  expect(migrated.gatewayUrl).toBe(url.href);
  expect(await query(url.href, "select count(*)::int as n from events")).toEqual([{ n: 0 }]);
  expect((await errorOf(query(url.href, "select from commands"))).message).toContain("permission denied");
  await admin.query(`drop database ${made.pop()} with (force)`);
  await admin.query(`drop role ${name}`);
});

test("a URL that does not let us in is one clear error", async () => {
  const adminUrl = await emptyDatabase();
  const url = new URL(adminUrl);
  url.username = "gateway";
  url.password = "wrong";
  const error = await errorOf(migrate({ adminUrl, passwords: PASSWORDS, roleUrls: { gateway: url.href } }));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error.message).toContain("database role gateway does not let us in");
});

test("other passwords for roles that an installation works with are refused; once it stopped they are set", async () => {
  const adminUrl = await startSecondCluster();
  const { workerUrl } = await migrate({ adminUrl, passwords: PASSWORDS });
  const other = { adminUrl, passwords: { gateway: "other", worker: "other", auth: "other" } };
  const atWork = await Promise.all(
    ["gateway", "worker"].map(async (role) => {
      const url = new URL(workerUrl);
      [url.username, url.password] = [role, PASSWORDS[role === "worker" ? "worker" : "gateway"]];
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      return client;
    }),
  );
  const error = await errorOf(migrate(other));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error.message).toContain("Another installation is at work on this server");
  expect(await query(workerUrl, "select 1 as n")).toEqual([{ n: 1 }]);
  await Promise.all(atWork.map((client) => client.end()));
  const sessions = "select from pg_stat_activity where usename in ('gateway', 'worker')";
  const areGone = async () => (await query(adminUrl, sessions)).length === 0;
  await until(areGone, 10_000, () => "their sessions have not ended");
  expect(await query((await migrate(other)).workerUrl, "select 1 as n")).toEqual([{ n: 1 }]);
});

test("an administrator who is no superuser can migrate", async () => {
  const name = `admin_${randomBytes(4).toString("hex")}`;
  await admin.query(`create role ${name} login createrole createdb password 'own'`);
  for (const role of ["log_owner", "gateway", "worker", "auth"]) {
    await admin.query(`grant ${role} to ${name} with admin option`);
  }
  const database = `${name}_db`;
  await admin.query(`create database ${database} owner ${name} template template0`);
  const url = new URL(inject("postgresAdminUrl"));
  url.username = name;
  url.password = "own";
  url.pathname = `/${database}`;
  const migrated = await migrate({ adminUrl: url.href, passwords: PASSWORDS });
  expect(await query(migrated.workerUrl, "select count(*)::int as n from events")).toEqual([{ n: 0 }]);
  await admin.query(`drop database ${database} with (force)`);
  await admin.query(`drop owned by ${name}`);
  await admin.query(`drop role ${name}`);
});

test("no database there is one clear error", async () => {
  const error = await errorOf(migrate({ adminUrl: "postgres://x:y@127.0.0.1:1/none", passwords: PASSWORDS }));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error.message).toContain("DATABASE_URL");
});

test("schema.sql says what the migrations make, on every version of PostgreSQL", async () => {
  const adminUrl = await emptyDatabase();
  await migrate({ adminUrl, passwords: PASSWORDS });
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const dumped = await dumpSchema(client);
  await client.end();
  expect(dumped, "run `bun run dump-schema`").toBe(readFileSync(join(SQL, "schema.sql"), "utf8"));
});

test("the generated types are those of the migrated schema", async () => {
  const adminUrl = await emptyDatabase();
  await migrate({ adminUrl, passwords: PASSWORDS });
  const written = readFileSync(join(SQL, "database-types.generated.ts"), "utf8");
  expect(await generateTypes(adminUrl), "run `bun run dump-schema`").toBe(written);
});
