import { createHash } from "node:crypto";
import type pg from "pg";
import { LEAF_COLUMNS, type LeafRow } from "../seal-leaf.ts";

/** What can be asked: a pool, or a client in its transaction. */
export type Queryable = Pick<pg.ClientBase, "query">;

export type SealRow = { from_position: number; to_position: number; seal: Buffer; leaves: Buffer };

/** The last seal of an organization, as it was printed at some time and kept outside. */
export type SealHead = { orgId: string; position: number; seal: string };

export const LEAF_BYTES = 32;
/** The seal "before" the first one. */
export const NO_SEAL = Buffer.alloc(LEAF_BYTES);

/** A seal covers the one before it and the leaves of its events in order. */
export function sealOf(previous: Buffer, leaves: Buffer): Buffer {
  return createHash("sha256").update(previous).update(leaves).digest();
}

export async function lastSeal(db: Queryable, orgId: string): Promise<{ to: number; seal: Buffer }> {
  const { rows } = await db.query<{ to_position: number; seal: Buffer }>(
    "select to_position, seal from seals where org_id = $1 order by to_position desc limit 1",
    [orgId],
  );
  return { to: rows[0]?.to_position ?? 0, seal: rows[0]?.seal ?? NO_SEAL };
}

/** Events of the positions `from..to`, in order, with the leaf that was kept for each erased one. */
export async function leafRows(
  db: Queryable,
  { orgId, from, to }: { orgId: string; from: number; to: number },
): Promise<(LeafRow & { erased_leaf: Buffer | null })[]> {
  const { rows } = await db.query<LeafRow & { erased_leaf: Buffer | null }>(
    `select ${LEAF_COLUMNS}, x.leaf as erased_leaf
     from events as e left join erasures as x on x.org_id = e.org_id and x.position = e.position
     where e.org_id = $1 and e.position between $2 and $3 order by e.position`,
    [orgId, from, to],
  );
  return rows;
}
