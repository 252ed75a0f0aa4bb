import * as z from "zod";

/** Who did it. `id` is the person's, run's or key's id; for `system` the name of the part that acted. */
export const actorSchema = z.object({
  kind: z.enum(["person", "agent", "api_key", "system"]),
  id: z.string().min(1).max(200),
});
export type Actor = z.infer<typeof actorSchema>;

/** Written by the appender beside each event's data. `fence` only on a worker's appends for a run. */
export const eventMetadataSchema = z.object({
  actor: actorSchema,
  commandId: z.uuid(),
  /** What belongs together: the id of the first command of the chain. */
  correlationId: z.uuid(),
  /** Position, in the same organization, of the event that caused this one. */
  causationPosition: z.number().int().positive().optional(),
  fence: z.number().int().positive().optional(),
});
export type EventMetadata = z.infer<typeof eventMetadataSchema>;

/** An event before it is stored: the version of its schema comes from the catalog, its numbers from the log. */
export type NewEvent<Type extends string = string, Data = unknown> = { type: Type; data: Data };

/** An event as the log gives it. `position` is gapless in the organization, `version` in the stream; both start at 1. */
export type RecordedEvent<Type extends string = string, Data = unknown> = {
  orgId: string;
  position: number;
  stream: string;
  version: number;
  id: string;
  type: Type;
  schemaVersion: number;
  data: Data;
  metadata: EventMetadata;
  /** The appender's clock, ISO 8601. */
  occurredAt: string;
  /** The database's clock under the organization's lock: never falls within an organization. */
  recordedAt: string;
};
