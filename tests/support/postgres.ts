import { randomBytes, randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { PASSWORDS, TEMPLATE } from "./clusters/cluster.ts";

export type TestDatabase = {
  adminUrl: string;
  gatewayUrl: string;
  workerUrl: string;
  authUrl: string;
  /** The local organization and its owner, made by the migration. */
  orgId: string;
  personId: string;
  /** Another organization with one person in it. */
  addOrganization(options?: { name?: string; role?: string }): Promise<{ orgId: string; personId: string }>;
  /** Another person in an organization. */
  addPerson(orgId: string, role: string): Promise<string>;
  /** One query as the administrator. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Drops the database; throws when somebody still has a connection to it: a pool that was not closed. */
  drop(): Promise<void>;
};

/** A database of its own for a test file, copied from the migrated template. */
export async function makeTestDatabase(): Promise<TestDatabase> {
  const clusterUrl = inject("postgresAdminUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asAdmin(clusterUrl, (admin) => createFromTemplate(admin, name));
  const adminUrl = urlFor(clusterUrl, name);
  const query = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    asAdmin(adminUrl, async (admin) => (await admin.query<Row>(text, values)).rows);
  const [owner] = await query<{ org_id: string; person_id: string }>(
    "select org_id, person_id from local_owner()",
  );
  if (!owner) throw new Error("the migration has made no local owner");
  const addPerson = (orgId: string, role: string) => insertPerson(query, orgId, role);
  return {
    adminUrl,
    gatewayUrl: urlFor(adminUrl, name, "gateway"),
    workerUrl: urlFor(adminUrl, name, "worker"),
    authUrl: urlFor(adminUrl, name, "auth"),
    orgId: owner.org_id,
    personId: owner.person_id,
    query,
    addPerson,
    addOrganization: async ({ name: title = "Other", role = "owner" } = {}) => {
      const orgId = randomUUID();
      await query("insert into auth.organization (id, name, slug) values ($1, $2, $3)", [
        orgId,
        title,
        `org-${orgId}`,
      ]);
      return { orgId, personId: await addPerson(orgId, role) };
    },
    drop: () => asAdmin(clusterUrl, (admin) => dropUnused(admin, name)),
  };
}

type Query = (text: string, values?: unknown[]) => Promise<unknown>;

async function insertPerson(query: Query, orgId: string, role: string): Promise<string> {
  const personId = randomUUID();
  await query(`insert into auth."user" (id, name, email) values ($1, 'Person', $2)`, [
    personId,
    `${personId}@localhost`,
  ]);
  await query(`insert into auth.member ("organizationId", "userId", role) values ($1, $2, $3)`, [
    orgId,
    personId,
    role,
  ]);
  return personId;
}

/** Two copies of a template at once are refused while one of them has it open: try again. */
async function createFromTemplate(admin: pg.Client, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.query(`create database ${name} template ${TEMPLATE}`);
      return;
    } catch (error) {
      if (attempt >= 50 || !(error instanceof pg.DatabaseError) || error.code !== "55006") throw error;
    }
  }
}

/** A connection that is just closing still counts for a moment; one that stays is a leak of the test. */
async function dropUnused(admin: pg.Client, name: string): Promise<void> {
  const deadline = Date.now() + 3_000;
  for (;;) {
    const { rows } = await admin.query<{ name: string; query: string }>(
      "select application_name as name, query from pg_stat_activity where datname = $1",
      [name],
    );
    if (rows.length === 0) break;
    if (Date.now() < deadline) continue;
    const open = rows.map((row) => `${row.name || "unnamed"}: ${row.query}`).join("; ");
    await admin.query(`drop database ${name} with (force)`);
    throw new Error(`The test file has left ${rows.length} database connections open (${open}).`);
  }
  await admin.query(`drop database ${name} with (force)`);
}

async function asAdmin<Result>(url: string, work: (admin: pg.Client) => Promise<Result>): Promise<Result> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function urlFor(url: string, database: string, role?: keyof typeof PASSWORDS): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  if (role) {
    changed.username = role;
    changed.password = PASSWORDS[role];
  }
  return changed.href;
}
