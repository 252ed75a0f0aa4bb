import type pg from "pg";

/** A run's lease: who drives it, until when by the database's clock, and the fence of its appends. */
export type Lease = {
  orgId: string;
  runId: string;
  holder: string;
  fence: number;
  expiresAt: string;
  expired: boolean;
};

type Queryable = Pick<pg.Pool, "query">;
type Key = { orgId: string; runId: string };

/**
 * Takes the lease when it is free or has run out, and raises the fence under the organization's lock: whatever the
 * former holder appends afterwards is refused. null: another holds it, or the caller does already.
 */
export async function acquireLease(
  pool: Queryable,
  { orgId, runId, holder, ttlMs }: Key & { holder: string; ttlMs: number },
): Promise<{ fence: number; previousHolder: string | null } | null> {
  const { rows } = await pool.query<{ fence: number; previous_holder: string | null }>(
    "select * from acquire_lease($1, $2, $3, $4)",
    [orgId, runId, holder, ttlMs],
  );
  const [row] = rows;
  return row ? { fence: Number(row.fence), previousHolder: row.previous_holder } : null;
}

/** Moves the end of a lease. false: it was taken over, and the caller must stop. */
export async function renewLease(
  pool: Queryable,
  { orgId, runId, holder, fence, ttlMs }: Key & { holder: string; fence: number; ttlMs: number },
): Promise<boolean> {
  const { rows } = await pool.query<{ renewed: boolean }>(
    "select renew_lease($1, $2, $3, $4, $5) as renewed",
    [orgId, runId, holder, fence, ttlMs],
  );
  return rows[0]?.renewed === true;
}

/** Gives it back at once. Nothing happens when it was taken over meanwhile. */
export async function releaseLease(
  pool: Queryable,
  { orgId, runId, fence }: Key & { fence: number },
): Promise<void> {
  await pool.query("select release_lease($1, $2, $3)", [orgId, runId, fence]);
}

/** The leases that are held, the one that ends first first. */
export async function listLeases(pool: Queryable, filter: { expiredOnly?: boolean } = {}): Promise<Lease[]> {
  const { rows } = await pool.query<{
    org_id: string;
    run_id: string;
    holder: string;
    fence: number;
    expires_at: Date;
    expired: boolean;
  }>(
    `select org_id, run_id, holder, fence, expires_at, expires_at <= clock_timestamp() as expired from leases
     where holder is not null and (not $1 or expires_at <= clock_timestamp()) order by expires_at`,
    [filter.expiredOnly ?? false],
  );
  return rows.map((row) => ({
    orgId: row.org_id,
    runId: row.run_id,
    holder: row.holder,
    fence: Number(row.fence),
    expiresAt: row.expires_at.toISOString(),
    expired: row.expired,
  }));
}
