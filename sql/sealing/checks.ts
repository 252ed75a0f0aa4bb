import { type LeafRow, leafOf } from "../seal-leaf.ts";
import { LEAF_BYTES, leafRows, type Queryable, type SealHead, type SealRow, sealOf } from "./seal-chain.ts";

/** The first position that is not as it was sealed, and a sentence that says how. */
export type Flaw = { position: number; reason: string };

/** One seal against the one before it, and its events against its leaves. */
export async function checkSeal(
  db: Queryable,
  link: { orgId: string; seal: SealRow; previous: Pick<SealRow, "to_position" | "seal"> },
): Promise<Flaw | null> {
  const { orgId, seal, previous } = link;
  const from = previous.to_position + 1;
  if (seal.from_position !== from) {
    return { position: from, reason: `The seal over position ${from} is missing.` };
  }
  const to = seal.to_position;
  const rows = await leafRows(db, { orgId, from, to });
  for (let position = from; position <= to; position += 1) {
    const start = (position - from) * LEAF_BYTES;
    const reason = leafProblem(
      rows[position - from],
      position,
      seal.leaves.subarray(start, start + LEAF_BYTES),
    );
    if (reason) return { position, reason };
  }
  if (!sealOf(previous.seal, seal.leaves).equals(seal.seal)) {
    return { position: from, reason: `The seal over positions ${from} to ${to} was changed.` };
  }
  return null;
}

type StoredRow = LeafRow & { erased_leaf: Buffer | null };

function leafProblem(row: StoredRow | undefined, position: number, sealed: Buffer): string | null {
  if (!row || row.position !== position) return `The event at position ${position} is missing.`;
  if (row.data === null && !row.erased_leaf) {
    return `The payload at position ${position} is gone, and no erasing was recorded.`;
  }
  const leaf = row.data === null ? row.erased_leaf : readableLeaf(row);
  return leaf?.equals(sealed) ? null : `The event at position ${position} is not the one that was sealed.`;
}

/** Null: the row holds something that no append could have written. */
function readableLeaf(row: LeafRow): Buffer | null {
  try {
    return leafOf(row);
  } catch {
    return null;
  }
}

/** Without a seal only holes can be seen: positions are 1, 2, 3 … without a gap. */
export async function checkUnsealed(
  db: Queryable,
  orgId: string,
  sealedTo: number,
): Promise<{ flaw: Flaw | null; events: number }> {
  const { rows } = await db.query<{ events: number; hole: number | null }>(
    `select count(*) as events, min(expected) filter (where position <> expected) as hole
     from (select position, $2 + row_number() over (order by position) as expected
       from events where org_id = $1 and position > $2) as n`,
    [orgId, sealedTo],
  );
  const hole = rows[0]?.hole ?? null;
  if (hole === null) return { flaw: null, events: sealedTo + (rows[0]?.events ?? 0) };
  return { flaw: { position: hole, reason: `The event at position ${hole} is missing.` }, events: hole - 1 };
}

/** The log of today must still hold the seal that a head names. */
export async function checkHead(db: Queryable, head: SealHead): Promise<Flaw | null> {
  const { rows } = await db.query<{ seal: Buffer | null; last: number }>(
    `select (select seal from seals where org_id = $1 and to_position = $2) as seal,
       (select coalesce(max(to_position), 0) from seals where org_id = $1) as last`,
    [head.orgId, head.position],
  );
  const { seal = null, last = 0 } = rows[0] ?? {};
  if (seal?.toString("hex") === head.seal) return null;
  if (last < head.position) {
    const position = last + 1;
    return {
      position,
      reason: `The log was cut: the head names position ${head.position}, the seals end at ${last}.`,
    };
  }
  return {
    position: head.position,
    reason: `The log was rewritten: the seal at position ${head.position} is not the one that the head names.`,
  };
}
