import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { BadInput, Fenced, Forbidden, messageOf, Unavailable, VersionConflict } from "../../core/errors.ts";
import type { AppendResult } from "../log-types.ts";
import { failureOf } from "./failure.ts";
import type { PreparedAppend } from "./prepare.ts";

type Answer = AppendResult | Error;
type Row = {
  item: number;
  refusal: "repeated" | "reused" | "fenced" | "forbidden" | "conflict" | null;
  from_position: number;
  to_position: number;
  stream_version: number;
};

export type DeliverOptions = {
  /** How long a batch is tried again while the database cannot be reached. */
  retryMs: number;
  /** How long one call of append_batch may take. */
  callMs: number;
};

const RETRY_MS = 100;

/**
 * Sends a batch. When the database is lost in the middle it is sent again: the command ids answer what had been
 * written after all. A batch that fails whole is halved until the append that fails it is alone.
 */
export async function deliverBatch(
  pool: pg.Pool,
  batch: readonly PreparedAppend[],
  options: DeliverOptions,
): Promise<readonly Answer[]> {
  const deadline = Date.now() + options.retryMs;
  for (;;) {
    try {
      return await callAppendBatch(pool, batch, options.callMs);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === "lost" && Date.now() < deadline) {
        await sleep(RETRY_MS);
        continue;
      }
      if (failure === "bad" || failure === "busy") return divide(pool, batch, { error, options, failure });
      return batch.map(() => unavailable(error));
    }
  }
}

async function divide(
  pool: pg.Pool,
  batch: readonly PreparedAppend[],
  cause: { error: unknown; options: DeliverOptions; failure: "bad" | "busy" },
): Promise<readonly Answer[]> {
  const [only] = batch;
  if (only && batch.length === 1)
    return [cause.failure === "bad" ? poisoned(only, cause.error) : unavailable(cause.error)];
  const middle = Math.ceil(batch.length / 2);
  const first = await deliverBatch(pool, batch.slice(0, middle), cause.options);
  return [...first, ...(await deliverBatch(pool, batch.slice(middle), cause.options))];
}

async function callAppendBatch(
  pool: pg.Pool,
  batch: readonly PreparedAppend[],
  callMs: number,
): Promise<Answer[]> {
  const organizations = [...new Set(batch.map(({ request }) => request.orgId))];
  const jobs = batch.flatMap(({ jobs: wanted }, index) =>
    wanted.map(({ task, payload, jobKey }) => [index + 1, task, payload, jobKey]),
  );
  const call: pg.QueryConfig & { query_timeout: number } = {
    name: "append_batch",
    text: "select * from append_batch($1, $2, $3)",
    values: [
      `[${batch.map(({ json }) => json).join(",")}]`,
      organizations,
      jobs.length > 0 ? JSON.stringify(jobs) : null,
    ],
    query_timeout: callMs,
  };
  const { rows } = await pool.query<Row>(call);
  const answers = new Map(rows.map((row) => [row.item, row]));
  return batch.map((append, index) => answerOf(append, answers.get(index + 1)));
}

function answerOf({ request }: PreparedAppend, row: Row | undefined): Answer {
  if (!row) return new Unavailable("The log gave no answer: try again with the same command id.");
  const { orgId, stream, expectedVersion, fence, actor, commandId } = request;
  switch (row.refusal) {
    case null:
    case "repeated": {
      const { from_position: fromPosition, to_position: position, stream_version: version } = row;
      return { fromPosition, position, version, repeated: row.refusal === "repeated" };
    }
    case "conflict":
      return new VersionConflict(stream, Number(expectedVersion), row.stream_version);
    case "fenced":
      return new Fenced(fence?.runId ?? "", fence?.fence ?? 0);
    case "forbidden":
      return new Forbidden(`Person ${actor.id} is no member of organization ${orgId}: nothing was written.`);
    case "reused":
      return new BadInput(
        `Command ${commandId} has written to another stream before: give each append an id of its own.`,
      );
    default: {
      const unknown: never = row.refusal;
      return new Unavailable(`The log gave an unknown answer (${String(unknown)}).`);
    }
  }
}

function poisoned({ request }: PreparedAppend, error: unknown): Error {
  return new BadInput(
    `The database refuses an append to ${request.stream}: ${messageOf(error)}. Nothing was written.`,
    {
      cause: error,
    },
  );
}

function unavailable(cause: unknown): Error {
  return new Unavailable(
    `The log could not be written: ${messageOf(cause)}. Try again with the same command id: it is written once.`,
    { cause },
  );
}
