import pg from "pg";
import { NotFound } from "../core/errors.ts";

const NO_DATA_FOUND = "P0002";

/**
 * The gateway's transaction: row-level security shows this organization only, and what its member may see. Commits
 * what `fn` did, rolls back when it throws. Throws NotFound when the person is no member or it does not exist.
 */
export async function inOrganization<Result>(
  pool: pg.Pool,
  { orgId, personId }: { orgId: string; personId: string },
  fn: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select enter_organization($1, $2)", [orgId, personId]);
    const result = await fn(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    await rollBack(client);
    if (error instanceof pg.DatabaseError && error.code === NO_DATA_FOUND) {
      throw new NotFound("There is no such organization, or you are no member of it.", { cause: error });
    }
    throw error;
  }
}

/** A connection that cannot roll back is thrown away: its transaction ends with it. */
async function rollBack(client: pg.PoolClient): Promise<void> {
  try {
    await client.query("rollback");
    client.release();
  } catch {
    client.release(true);
  }
}
