import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** What a leaf is made of, as the columns of `events` give it; `recorded_at` and `occurred_at` as UTC text. */
export type LeafRow = {
  org_id: string;
  position: number;
  stream_name: string;
  stream_version: number;
  id: string;
  type: string;
  schema_version: number;
  data: unknown;
  metadata: unknown;
  salt: Buffer;
  occurred_at: string;
  recorded_at: string;
};

const utc = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;

/** Columns of `events as e` in the form that `leafOf` takes. Text for times: no client may round or shift them. */
export const LEAF_COLUMNS = `e.org_id, e.position, e.stream_name, e.stream_version, e.id, e.type, e.schema_version,
  e.data, e.metadata, e.salt, ${utc("occurred_at")}, ${utc("recorded_at")}`;

/**
 * One event's part in a seal: sha256 over RFC 8785 text, so that any program can make it again from the row.
 * Payload and metadata go in as salted hashes: whoever has the leaf of an erased event cannot test guesses.
 * The format is final: a stored seal can only be checked by making the same bytes again.
 */
export function leafOf(row: LeafRow): Buffer {
  const text = canonicalText({
    org: row.org_id,
    position: row.position,
    stream: row.stream_name,
    version: row.stream_version,
    id: row.id,
    type: row.type,
    schemaVersion: row.schema_version,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    data: saltedHash(row.salt, row.data),
    metadata: saltedHash(row.salt, row.metadata),
  });
  return createHash("sha256").update(text).digest();
}

/** RFC 8785 text of a value that has been JSON. Throws for anything that has none, such as a lone surrogate. */
export function canonicalText(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("This value has no JSON text.");
  return text;
}

function saltedHash(salt: Buffer, value: unknown): string {
  return createHash("sha256").update(salt).update(canonicalText(value)).digest("hex");
}
