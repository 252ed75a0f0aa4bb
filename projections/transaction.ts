import type pg from "pg";

/** Commits what `work` did, rolls back when it throws. A connection that cannot roll back is thrown away. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (thrown) {
    await client.query("rollback").catch(() => {
      broken = true;
    });
    throw thrown;
  } finally {
    client.release(broken);
  }
}
