import type pg from "pg";
import { Unavailable } from "../core/errors.ts";
import { leafOf } from "./seal-leaf.ts";
import { lastSeal, leafRows, type Queryable, sealOf } from "./sealing/seal-chain.ts";

const MAX_EVENTS = 1_000;
/** Stored bytes of payload that one seal reads into memory, before it is cut short. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Seals everything that an organization has committed, at most a thousand events a seal, after the fact: an append
 * never waits for it. Safe in many processes at once: a seal that another one made first is left as it is. Throws
 * Unavailable when a position is missing, for nothing may be sealed over a hole.
 */
export async function sealOrganization(pool: pg.Pool, orgId: string): Promise<{ sealedTo: number }> {
  for (;;) {
    const last = await lastSeal(pool, orgId);
    const to = await endOfBlock(pool, orgId, last.to);
    if (to === null) return { sealedTo: last.to };
    const leaves = await leavesOf(pool, { orgId, from: last.to + 1, to });
    await pool.query("select save_seal($1, $2, $3, $4, $5)", [
      orgId,
      last.to + 1,
      to,
      sealOf(last.seal, leaves),
      leaves,
    ]);
  }
}

/** Last position of the next seal: by number of events and by size; null when there is nothing to seal. */
async function endOfBlock(db: Queryable, orgId: string, after: number): Promise<number | null> {
  const { rows } = await db.query<{ to: number | null }>(
    `select max(n.position) as to from (
       select b.position, sum(b.bytes) over (order by b.position) as bytes from (
         select position, pg_column_size(data) as bytes from events
         where org_id = $1 and position > $2 order by position limit ${MAX_EVENTS}) as b) as n
     where n.bytes <= ${MAX_BYTES} or n.position = $2 + 1`,
    [orgId, after],
  );
  return rows[0]?.to ?? null;
}

async function leavesOf(db: Queryable, range: { orgId: string; from: number; to: number }): Promise<Buffer> {
  const rows = await leafRows(db, range);
  const hole = rows.findIndex((row, index) => row.position !== range.from + index);
  if (hole !== -1 || rows.length !== range.to - range.from + 1) {
    const missing = range.from + (hole === -1 ? rows.length : hole);
    throw new Unavailable(
      `The log of organization ${range.orgId} has no event at position ${missing}, so nothing from there on is sealed: run verify log.`,
    );
  }
  return Buffer.concat(rows.map(leafOf));
}
