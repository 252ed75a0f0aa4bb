import { randomUUID } from "node:crypto";
import * as z from "zod";
import { BadInput, messageOf, PihordevError, TooLarge } from "../../core/errors.ts";
import { actorSchema, type EventMetadata, type NewEvent } from "../../core/event.ts";
import { eventCatalog, parseEventData, schemaVersionOf } from "../../core/event-catalog.ts";
import { MAX_EVENT_BYTES, MAX_EVENTS_PER_APPEND } from "../../core/limits.ts";
import { type JobRequest, jobsFor } from "../../core/reactions.ts";
import { parseStreamName } from "../../core/stream-name.ts";
import { ANY_VERSION, type AppendRequest } from "../log-types.ts";
import { freshSalt } from "./salt.ts";
import { refuseUnstorable } from "./storable.ts";

/** All of one append, as `append_batch` takes it. */
export const MAX_APPEND_BYTES = 16 * 1024 * 1024;

/** An append that was checked and written out: what is left to do is to send it. */
export type PreparedAppend = {
  request: AppendRequest;
  /** Item of the batch, as JSON text. */
  json: string;
  bytes: number;
  jobs: JobRequest[];
};

const requestSchema = z.object({
  orgId: z.uuid(),
  expectedVersion: z.union([z.literal(ANY_VERSION), z.number().int().nonnegative()]),
  actor: actorSchema,
  commandId: z.uuid(),
  correlationId: z.uuid().optional(),
  causationPosition: z.number().int().positive().optional(),
  occurredAt: z.iso.datetime({ offset: true }).optional(),
  fence: z.object({ runId: z.uuid(), fence: z.number().int().positive() }).optional(),
});

/**
 * Everything that can be wrong with one append alone is found here, before it shares a batch with others.
 * Throws BadInput, TooLarge or UnknownEvent.
 */
export function prepareAppend(request: AppendRequest): PreparedAppend {
  checkRequest(request);
  const { category } = parseStreamName(request.stream);
  const amount = request.events.length;
  if (amount === 0)
    throw new BadInput(`An append to ${request.stream} carries no event: nothing was written.`);
  if (amount > MAX_EVENTS_PER_APPEND) {
    throw new TooLarge(`An append carries ${amount} events, at most ${MAX_EVENTS_PER_APPEND} fit: split it.`);
  }
  const events = request.events.map((event) => eventJson(event, category));
  const json = itemJson(request, events);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_APPEND_BYTES) {
    throw new TooLarge(`An append has ${bytes} bytes, at most ${MAX_APPEND_BYTES} fit: split it.`);
  }
  return { request, json, bytes, jobs: request.events.flatMap(jobsFor) };
}

function checkRequest(request: AppendRequest): void {
  const parsed = requestSchema.safeParse(request);
  if (parsed.success) return;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new BadInput(
    `An append to ${request.stream} is wrong (${problems.join("; ")}): nothing was written.`,
  );
}

function eventJson(event: NewEvent, category: string): string {
  const version = schemaVersionOf(event.type);
  if (eventCatalog.get(event.type)?.category !== category) {
    throw new BadInput(`${event.type} does not belong into a ${category} stream: nothing was written.`);
  }
  const json = writtenOut(event);
  if (json.length > MAX_EVENT_BYTES || Buffer.byteLength(json) > MAX_EVENT_BYTES) {
    throw new TooLarge(
      `The data of ${event.type} has over ${MAX_EVENT_BYTES} bytes: store it as a blob instead.`,
    );
  }
  refuseUnstorable(event, json);
  // Id and salt are made here: the server would ask the system for randomness twice an event, a tenth of an append.
  return `["${event.type}",${version},${json},"${randomUUID()}","${freshSalt()}"]`;
}

/** Circular, or nested deeper than the stack: nothing that can be read again. */
function writtenOut(event: NewEvent): string {
  const data = checkedData(event);
  try {
    return JSON.stringify(data);
  } catch (cause) {
    throw new BadInput(`The data of ${event.type} cannot be written as JSON: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

/** A stored event that its own schema refuses would stop every reader for ever. */
function checkedData(event: NewEvent): unknown {
  try {
    return parseEventData(event.type, event.data);
  } catch (error) {
    if (error instanceof PihordevError) throw error;
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new BadInput(`The data of ${event.type} is wrong: ${problem.replace(/\s+/g, " ")}.`, {
      cause: error,
    });
  }
}

function itemJson(request: AppendRequest, events: readonly string[]): string {
  const { orgId, stream, expectedVersion, commandId, actor, fence, occurredAt } = request;
  const expected = expectedVersion === ANY_VERSION ? null : expectedVersion;
  const person = actor.kind === "person" ? actor.id : null;
  if (person !== null && !z.uuid().safeParse(person).success) {
    throw new BadInput(`"${person}" is no person's id: nothing was written.`);
  }
  const head = [orgId, stream, expected, commandId, person, fence?.runId ?? null, fence?.fence ?? null];
  const metadata: EventMetadata = {
    actor: { kind: actor.kind, id: actor.id },
    commandId,
    correlationId: request.correlationId ?? commandId,
    ...(request.causationPosition !== undefined && { causationPosition: request.causationPosition }),
    ...(fence && { fence: fence.fence }),
  };
  const parts = [...head, metadata, occurredAt ?? null].map((part) => JSON.stringify(part));
  return `[${parts.join(",")},[${events.join(",")}]]`;
}
