import type pg from "pg";
import { checkHead, checkSeal, checkUnsealed, type Flaw } from "./sealing/checks.ts";
import { lastSeal, NO_SEAL, type Queryable, type SealHead, type SealRow } from "./sealing/seal-chain.ts";

/** `events`: how many were found in good order before the flaw, if there is one; those after `sealedTo` are unsealed. */
export type LogVerdict = {
  orgId: string;
  ok: boolean;
  position?: number;
  reason?: string;
  events: number;
  sealedTo: number;
};

const SEALS_PER_PAGE = 50;

/**
 * Reads the whole log, makes every leaf and every seal again and names the first position of each organization
 * that is not as it was sealed. A tail that was cut off together with its seals, and a log that was rewritten with
 * new seals, show only against `heads`. Reads one snapshot an organization; as role worker.
 */
export async function verifyLog(
  pool: pg.Pool,
  { orgId, heads = [] }: { orgId?: string; heads?: readonly SealHead[] } = {},
): Promise<LogVerdict[]> {
  const orgIds = orgId === undefined ? await allOrganizations(pool, heads) : [orgId];
  const verdicts: LogVerdict[] = [];
  for (const id of orgIds) {
    const ours = heads.filter((head) => head.orgId === id);
    verdicts.push(await inSnapshot(pool, (client) => verifyOrganization(client, id, ours)));
  }
  return verdicts;
}

/** The heads to sign and to keep outside. */
export async function readHeads(pool: pg.Pool, orgId?: string): Promise<SealHead[]> {
  const heads: SealHead[] = [];
  for (const id of orgId === undefined ? await allOrganizations(pool, []) : [orgId]) {
    const { to, seal } = await lastSeal(pool, id);
    if (to > 0) heads.push({ orgId: id, position: to, seal: seal.toString("hex") });
  }
  return heads;
}

async function verifyOrganization(db: Queryable, orgId: string, heads: SealHead[]): Promise<LogVerdict> {
  let previous: Pick<SealRow, "to_position" | "seal"> = { to_position: 0, seal: NO_SEAL };
  const verdict = (events: number, flaw: Flaw | null): LogVerdict => ({
    orgId,
    ok: flaw === null,
    ...flaw,
    events,
    sealedTo: previous.to_position,
  });
  for (;;) {
    const page = await sealsAfter(db, orgId, previous.to_position);
    for (const seal of page) {
      const flaw = await checkSeal(db, { orgId, seal, previous });
      if (flaw) return verdict(flaw.position - 1, flaw);
      previous = seal;
    }
    if (page.length < SEALS_PER_PAGE) break;
  }
  const { flaw, events } = await checkUnsealed(db, orgId, previous.to_position);
  if (flaw) return verdict(events, flaw);
  for (const head of heads) {
    const disagreement = await checkHead(db, head);
    if (disagreement) return verdict(events, disagreement);
  }
  return verdict(events, null);
}

async function sealsAfter(db: Queryable, orgId: string, position: number): Promise<SealRow[]> {
  const { rows } = await db.query<SealRow>(
    `select from_position, to_position, seal, leaves from seals
     where org_id = $1 and to_position > $2 order by to_position limit ${SEALS_PER_PAGE}`,
    [orgId, position],
  );
  return rows;
}

/** Also those of which only a seal or a head is left. */
async function allOrganizations(db: Queryable, heads: readonly SealHead[]): Promise<string[]> {
  const { rows } = await db.query<{ org_id: string }>(
    `select org_id from log_heads() union select org_id from seals union select unnest($1::uuid[]) order by 1`,
    [heads.map((head) => head.orgId)],
  );
  return rows.map((row) => row.org_id);
}

async function inSnapshot<Result>(
  pool: pg.Pool,
  read: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    return await read(client);
  } finally {
    await client.query("rollback").catch(() => {});
    client.release();
  }
}
