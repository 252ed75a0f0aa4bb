import type pg from "pg";
import type { EventMetadata, RecordedEvent } from "../core/event.ts";
import { deliverBatch } from "./append/deliver.ts";
import { prepareAppend } from "./append/prepare.ts";
import { makeAppendQueue } from "./append/queue.ts";
import type { AppendRequest, AppendResult } from "./log-types.ts";

export type ReadStreamOptions = { after?: number; limit?: number };
export type ReadLogOptions = { after: number; limit?: number; streams?: readonly string[] };
/** `to`: every position up to it is in `events`, was filtered out or is hidden; `after` when there is nothing new. */
export type LogPart = { events: RecordedEvent[]; to: number };

export type EventStore = {
  /**
   * Appends in a batch with whatever else is waiting. Throws VersionConflict, Fenced, Forbidden (the person is no
   * member), BadInput, TooLarge, UnknownEvent, or Unavailable: then the same command id may be sent again.
   */
  append(request: AppendRequest): Promise<AppendResult>;
  readStream(orgId: string, stream: string, options?: ReadStreamOptions): Promise<RecordedEvent[]>;
  readLog(orgId: string, options: ReadLogOptions): Promise<LogPart>;
  /** Waits for what is in flight and refuses the rest. The pool stays open: it is the caller's. */
  close(): Promise<void>;
};

export type EventStoreOptions = { retryMs?: number; callMs?: number };

const WHOLE_STREAM = 2_000_000_000;
const DEFAULT_LIMIT = 1_000;

/** The only caller of append_batch, read_stream and read_log. One a process: appends share its batches. */
export function makeEventStore(pool: pg.Pool, options: EventStoreOptions = {}): EventStore {
  const { retryMs = 10_000, callMs = 60_000 } = options;
  const queue = makeAppendQueue((batch) => deliverBatch(pool, batch, { retryMs, callMs }));
  return {
    append: async (request) => queue.add(prepareAppend(request)),
    readStream: (orgId, stream, readOptions) => readStreamWith(pool, { orgId, stream, ...readOptions }),
    readLog: (orgId, readOptions) => readLogWith(pool, orgId, readOptions),
    close: () => queue.close(),
  };
}

type Queryable = Pick<pg.Pool | pg.PoolClient, "query">;
type EventRow = {
  org_id: string;
  position: number;
  stream_name: string;
  stream_version: number;
  id: string;
  type: string;
  schema_version: number;
  data: unknown;
  metadata: EventMetadata;
  occurred_at: Date;
  recorded_at: Date;
};

const COLUMNS = [
  "org_id",
  "position",
  "stream_name",
  "stream_version",
  "id",
  "type",
  "schema_version",
  "data",
  "metadata",
  "occurred_at",
  "recorded_at",
] as const;

/** Events of one stream after version `after`, on a connection that may have entered the organization as a member. */
export async function readStreamWith(
  client: Queryable,
  { orgId, stream, after = 0, limit = WHOLE_STREAM }: { orgId: string; stream: string } & ReadStreamOptions,
): Promise<RecordedEvent[]> {
  const { rows } = await client.query<EventRow>({
    name: "read_stream",
    text: `select ${COLUMNS.join(", ")} from read_stream($1, $2, $3, $4)`,
    values: [orgId, stream, after, limit],
  });
  return rows.map(recordedEvent);
}

/** Reads the log after a position: within `inOrganization` it also gives what only that member may see. */
export async function readLogWith(
  client: Queryable,
  orgId: string,
  { after, limit = DEFAULT_LIMIT, streams }: ReadLogOptions,
): Promise<LogPart> {
  const { rows } = await client.query<{ head: number } & (EventRow | { position: null })>({
    name: "read_log",
    text: `select head, ${COLUMNS.map((name) => `(event).${name}`).join(", ")} from read_log($1, $2, $3, $4)`,
    values: [orgId, after, limit, streams ?? null],
  });
  const events = rows.flatMap((row) => (row.position === null ? [] : [recordedEvent(row)]));
  const last = events.length < limit ? rows[0]?.head : events.at(-1)?.position;
  return { events, to: Math.max(after, last ?? after) };
}

function recordedEvent(row: EventRow): RecordedEvent {
  return {
    orgId: row.org_id,
    position: row.position,
    stream: row.stream_name,
    version: row.stream_version,
    id: row.id,
    type: row.type,
    schemaVersion: row.schema_version,
    data: row.data,
    metadata: row.metadata,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
  };
}
