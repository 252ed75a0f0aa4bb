import type { Pool } from "pg";
import { NotFound } from "../../core/errors.ts";
import type { RecordedEvent } from "../../core/event.ts";
import { INSTANCE_ORG_ID, streamName } from "../../core/stream-name.ts";
import { inOrganization } from "../../sql/enter-organization.ts";
import { type LogPart, type ReadLogOptions, readLogWith, readStreamWith } from "../../sql/event-store.ts";

/** A member of an organization, in whose name something is read: row-level security shows what is theirs to see. */
export type Reader = { orgId: string; personId: string };
export type PageRequest = ReadLogOptions & { limit: number };
export type ReadPage = (request: PageRequest) => Promise<LogPart>;

/** Events after a position; `to` covers what is hidden from the reader. Throws NotFound for who is no member. */
export function readVisible(pool: Pool, reader: Reader, request: PageRequest): Promise<LogPart> {
  return inOrganization(pool, reader, (client) => readLogWith(client, reader.orgId, request));
}

/** Last position of the organization's log. */
export async function readHead(pool: Pool, reader: Reader): Promise<number> {
  // A stream that no organization has: what is left of the answer is the end of the log.
  const streams = [streamName("org", INSTANCE_ORG_ID)];
  return (await readVisible(pool, reader, { after: 0, limit: 1, streams })).to;
}

/** All events of a stream, none when there is no such stream here. */
export function readStreamAs(pool: Pool, reader: Reader, stream: string): Promise<RecordedEvent[]> {
  return inOrganization(pool, reader, (client) => readStreamWith(client, { orgId: reader.orgId, stream }));
}

/** The first event of a stream. Throws NotFound for a stream that the reader's organization has not. */
export async function firstEventOf(pool: Pool, reader: Reader, stream: string): Promise<RecordedEvent> {
  const [first] = await inOrganization(pool, reader, (client) =>
    readStreamWith(client, { orgId: reader.orgId, stream, limit: 1 }),
  );
  if (!first) throw new NotFound(`There is no ${stream.split("-", 1)[0]} with this id here.`);
  return first;
}
