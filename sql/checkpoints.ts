import type pg from "pg";

/**
 * Position up to which a projection has folded an organization's log. The row stays locked until the transaction
 * ends, so that only one process folds at a time; the second one waits and then sees the new position.
 */
export async function lockCheckpoint(
  client: pg.ClientBase,
  orgId: string,
  projection: string,
): Promise<number> {
  await client.query(
    "insert into checkpoints (org_id, projection) values ($1, $2) on conflict (org_id, projection) do nothing",
    [orgId, projection],
  );
  const { rows } = await client.query<{ position: number | string }>(
    "select position from checkpoints where org_id = $1 and projection = $2 for update",
    [orgId, projection],
  );
  return Number(rows[0]?.position ?? 0);
}

export type SavedCheckpoint = { orgId: string; projection: string; position: number; version: number };

/** Moves a locked checkpoint: call it in the transaction that wrote the rows. Clears an earlier failure. */
export async function saveCheckpoint(
  client: pg.ClientBase,
  { orgId, projection, position, version }: SavedCheckpoint,
): Promise<void> {
  await client.query(
    `update checkpoints set position = $3, version = $4, error = null, updated_at = now()
     where org_id = $1 and projection = $2`,
    [orgId, projection, position, version],
  );
}

/** A projection that stopped keeps its place and says why. */
export async function markCheckpointFailed(
  pool: Pick<pg.Pool, "query">,
  { orgId, projection, error }: { orgId: string; projection: string; error: string },
): Promise<void> {
  await pool.query(
    `insert into checkpoints (org_id, projection, error) values ($1, $2, $3)
     on conflict (org_id, projection) do update set error = excluded.error, updated_at = now()`,
    [orgId, projection, error.slice(0, 2_000)],
  );
}
