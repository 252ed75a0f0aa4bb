import type pg from "pg";

/** Every organization that has a log. */
export async function organizations(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ org_id: string }>("select org_id from log_heads()");
  return rows.map((row) => row.org_id);
}
