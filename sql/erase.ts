import pg from "pg";
import { CommandRejected, NotFound } from "../core/errors.ts";
import type { Actor } from "../core/event.ts";
import { AUDIT_EVENT_TYPES } from "../core/event-catalog.ts";
import { streamName } from "../core/stream-name.ts";
import type { EventStore } from "./event-store.ts";
import { ANY_VERSION, type AppendResult } from "./log-types.ts";
import { leafOf } from "./seal-leaf.ts";
import { leafRows } from "./sealing/seal-chain.ts";

export type Erasing = { orgId: string; position: number; reason: string; actor: Actor; commandId: string };

/**
 * Removes the payload of one sealed event for ever: its leaf is kept, data and salt are overwritten, and
 * PayloadErased is appended. Repeating it finishes what an interrupted one began. Throws NotFound for a position
 * that does not exist, CommandRejected for an unsealed event and for a record of the audit. As role worker.
 * What other places hold of the payload (projections rebuild themselves; blobs, memory) is not reached from here.
 */
export async function erasePayload(
  store: EventStore,
  pool: pg.Pool,
  erasing: Erasing,
): Promise<AppendResult> {
  const { orgId, position, reason, actor, commandId } = erasing;
  const [row] = await leafRows(pool, { orgId, from: position, to: position });
  if (!row) throw new NotFound(`There is no event at position ${position} of this organization.`);
  if (AUDIT_EVENT_TYPES.some((type) => type === row.type)) {
    throw new CommandRejected(`The event at position ${position} is a record of the audit: it stays.`);
  }
  if (row.data !== null) await overwrite(pool, erasing, leafOf(row));
  return store.append({
    orgId,
    stream: streamName("org", orgId),
    expectedVersion: ANY_VERSION,
    events: [{ type: "PayloadErased", data: { position, reason } }],
    actor,
    commandId,
  });
}

async function overwrite(pool: pg.Pool, { orgId, position, reason }: Erasing, leaf: Buffer): Promise<void> {
  try {
    await pool.query("select erase_payload($1, $2, $3, $4)", [orgId, position, leaf, reason]);
  } catch (thrown) {
    if (!(thrown instanceof pg.DatabaseError) || thrown.code !== NOT_SEALED) throw thrown;
    throw new CommandRejected(
      `The event at position ${position} is not sealed yet: wait a second and erase it again.`,
      { cause: thrown },
    );
  }
}

/** object_not_in_prerequisite_state, as erase_payload raises it. */
const NOT_SEALED = "55000";
