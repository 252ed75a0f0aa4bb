import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** The roles that log in; `log_owner` owns the log and never does. */
export const LOGIN_ROLES = ["gateway", "worker", "auth"] as const;
export type LoginRole = (typeof LOGIN_ROLES)[number];

/** Roles belong to the whole server, and no lock reaches over its databases: two migrations may collide here. */
const COLLISIONS = ["42710", "23505", "XX000", "40001"];

/**
 * Makes the four roles where they are missing, and lets the migrating role act as each of them. A role that
 * exists keeps its password unless the given one does not open it. `names`: who logs in in its stead when URLs
 * were given, made a member of it.
 */
export async function ensureRoles(
  admin: pg.Client,
  given: { passwords: Record<LoginRole, string>; names: Partial<Record<LoginRole, string>> },
): Promise<void> {
  await retried(() => admin.query(makeRoleSql("log_owner", "nologin")));
  for (const role of LOGIN_ROLES) {
    await retried(() => admin.query(makeRoleSql(role, "login", given.passwords[role])));
    const name = given.names[role];
    if (name === undefined || name === role) continue;
    await retried(() => admin.query(grantSql(role, pg.escapeIdentifier(name))));
  }
  for (const role of ["log_owner", ...LOGIN_ROLES]) {
    await retried(() => admin.query(grantSql(role, "current_user with set true, inherit true")));
  }
}

/** Gives a role the password that its URL is made with. */
export async function setPassword(admin: pg.Client, role: LoginRole, password: string): Promise<void> {
  await retried(() => admin.query(`alter role ${role} with login password ${pg.escapeLiteral(password)}`));
}

function makeRoleSql(role: string, login: "login" | "nologin", password?: string): string {
  const secret = password === undefined ? "" : ` password ${pg.escapeLiteral(password)}`;
  return `do $do$ begin
    if not exists (select from pg_roles where rolname = '${role}') then
      create role ${role} with ${login} nosuperuser nobypassrls nocreatedb nocreaterole${secret};
    end if;
  end $do$`;
}

/** A grant that is there already is not written again, so that a second migration touches nothing. */
function grantSql(role: string, grantee: string): string {
  const member = grantee.startsWith("current_user")
    ? "current_user"
    : pg.escapeLiteral(grantee.replaceAll('"', ""));
  return `do $do$ begin
    if not exists (select from pg_auth_members as m join pg_roles as g on g.oid = m.roleid
        join pg_roles as u on u.oid = m.member
        where g.rolname = '${role}' and u.rolname = ${member} and m.set_option and m.inherit_option) then
      grant ${role} to ${grantee};
    end if;
  end $do$`;
}

async function retried(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt >= 20 || !(error instanceof pg.DatabaseError) || !COLLISIONS.includes(error.code ?? ""))
        throw error;
      await sleep(5 + Math.random() * 20 * attempt);
    }
  }
}
