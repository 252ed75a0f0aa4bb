import pg from "pg";
import { BadInput, messageOf, Unavailable } from "../core/errors.ts";
import { AUDIT_EVENT_TYPES } from "../core/event-catalog.ts";
import { functionFiles, migrationFiles, projectionFiles, type SqlFile } from "./schema/files.ts";
import { installJobs } from "./schema/jobs.ts";
import { ensureRoles, LOGIN_ROLES, type LoginRole, setPassword } from "./schema/roles.ts";

export type MigrateOptions = {
  /** A role that may create roles and schemas in its database. */
  adminUrl: string;
  /** URLs of roles that log in instead of ours; each is made a member of the role it stands for. */
  roleUrls?: Partial<Record<LoginRole, string>>;
  /** For the roles without a URL. */
  passwords: Record<LoginRole, string>;
};

export type Migrated = { gatewayUrl: string; workerUrl: string; authUrl: string; applied: string[] };

/** Two-key space: the single-key advisory locks belong to organizations. */
const MIGRATION_LOCK = "pg_advisory_lock(7304, 1)";
const MIGRATION_UNLOCK = "pg_advisory_unlock(7304, 1)";

/**
 * Brings a database to this version of the schema and makes the roles; many processes may do it at once. `applied`
 * names the files that were run now. Throws BadInput for a server older than 16 and for a migration that was changed
 * after it was applied, Unavailable when the server cannot be reached.
 */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const admin = new pg.Client({ connectionString: options.adminUrl, connectionTimeoutMillis: 15_000 });
  admin.on("error", () => {});
  try {
    await admin.connect();
  } catch (cause) {
    throw new Unavailable(`The database cannot be reached: ${messageOf(cause)}. Check DATABASE_URL.`, {
      cause,
    });
  }
  try {
    await refuseOldServer(admin);
    await admin.query(`select ${MIGRATION_LOCK}`);
    await ensureRoles(admin, { passwords: options.passwords, names: namesIn(options.roleUrls) });
    await prepareSchemas(admin);
    await installJobs(options.adminUrl);
    const applied = await applyFiles(admin);
    await admin.query(`select ${MIGRATION_UNLOCK}`);
    return { ...(await roleUrls(admin, options)), applied };
  } finally {
    await admin.end();
  }
}

async function refuseOldServer(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ version: string }>(
    "select current_setting('server_version_num') as version",
  );
  const version = Number(rows[0]?.version);
  if (version >= 160_000) return;
  throw new BadInput(
    `PostgreSQL ${Math.floor(version / 10_000)} is too old: point DATABASE_URL at version 16 or newer.`,
  );
}

async function prepareSchemas(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query("select from pg_namespace where nspname = 'projections'");
  if (rows.length > 0) return;
  const { rows: names } = await admin.query<{ name: string }>("select current_database() as name");
  const database = pg.escapeIdentifier(names[0]?.name ?? "");
  await admin.query(`
    revoke create on schema public from public;
    grant usage, create on schema public to log_owner;
    grant usage on schema public to gateway, worker;
    grant create on database ${database} to log_owner;
    grant connect on database ${database} to gateway, worker, auth;
    create schema if not exists auth authorization auth;
    grant usage on schema auth to log_owner;
    create schema if not exists projections authorization worker;
    grant usage on schema projections to gateway;`);
}

/** All or nothing: a file that fails leaves the database as it was. */
async function applyFiles(admin: pg.Client): Promise<string[]> {
  await admin.query("begin");
  try {
    await admin.query("set local check_function_bodies = off");
    await admin.query("set local role log_owner");
    await admin.query(`create table if not exists migrations (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`);
    const { rows } = await admin.query<{ name: string; sha256: string }>(
      "select name, sha256 from migrations",
    );
    const done = new Map(rows.map((row) => [row.name, row.sha256]));
    const applied = await applyMissing(admin, done);
    await syncAuditTypes(admin);
    await admin.query("commit");
    return applied;
  } catch (error) {
    await admin.query("rollback");
    throw error;
  }
}

/** Tables, then the functions and triggers over them, then what each projection keeps. */
async function applyMissing(admin: pg.Client, done: Map<string, string>): Promise<string[]> {
  for (const file of migrationFiles()) refuseChanged(file, done);
  const missing = [...migrationFiles(), ...functionFiles(), ...projectionFiles()].filter(
    ({ name, sha256 }) => done.get(name) !== sha256,
  );
  for (const file of missing) await runFile(admin, file);
  return missing.map(({ name }) => name);
}

function refuseChanged({ name, sha256 }: SqlFile, done: Map<string, string>): void {
  const before = done.get(name);
  if (before === undefined || before === sha256) return;
  throw new BadInput(
    `Migration ${name} was changed after it was applied: undo the change and add a new migration.`,
  );
}

async function runFile(admin: pg.Client, { name, sql, sha256, role }: SqlFile): Promise<void> {
  try {
    await admin.query(`set local role ${role}`);
    await admin.query(sql);
    await admin.query("set local role log_owner");
    await admin.query(
      `insert into migrations (name, sha256) values ($1, $2)
       on conflict (name) do update set sha256 = excluded.sha256, applied_at = now()`,
      [name, sha256],
    );
  } catch (cause) {
    throw new Error(`${name} could not be applied: ${messageOf(cause)}`, { cause });
  }
}

async function syncAuditTypes(admin: pg.Client): Promise<void> {
  await admin.query("delete from audit_event_types where type <> all ($1)", [AUDIT_EVENT_TYPES]);
  await admin.query("insert into audit_event_types select unnest($1::text[]) on conflict do nothing", [
    AUDIT_EVENT_TYPES,
  ]);
}

function namesIn(urls: MigrateOptions["roleUrls"]): Partial<Record<LoginRole, string>> {
  const given = LOGIN_ROLES.flatMap((role) => {
    const url = urls?.[role];
    return url === undefined ? [] : [[role, decodeURIComponent(new URL(url).username)] as const];
  });
  return Object.fromEntries(given);
}

async function roleUrls(admin: pg.Client, { adminUrl, roleUrls: given, passwords }: MigrateOptions) {
  const urlOf = async (role: LoginRole): Promise<string> => {
    const url = given?.[role] ?? withLogin(adminUrl, role, passwords[role]);
    if (await opens(url)) return url;
    if (given?.[role])
      throw new Unavailable(`The URL given for the database role ${role} does not let us in.`);
    await refuseRoleInUse(admin, role);
    await setPassword(admin, role, passwords[role]);
    return url;
  };
  return {
    gatewayUrl: await urlOf("gateway"),
    workerUrl: await urlOf("worker"),
    authUrl: await urlOf("auth"),
  };
}

/** Roles belong to the whole server: a new password would lock out whoever works with the old one. */
async function refuseRoleInUse(admin: pg.Client, role: LoginRole): Promise<void> {
  const { rowCount } = await admin.query("select from pg_stat_activity where usename = $1 limit 1", [role]);
  if (rowCount === 0) return;
  throw new Unavailable(
    `Another installation is at work on this server as role ${role}, with passwords of its own: copy secrets.json ` +
      "from its data folder to this one, set the three role URLs (GATEWAY_DATABASE_URL, …), or stop it first.",
  );
}

function withLogin(adminUrl: string, role: LoginRole, password: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.href;
}

async function opens(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
