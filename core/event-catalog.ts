import type * as z from "zod";
import { BadInput, UnknownEvent } from "./errors.ts";
import type { RecordedEvent } from "./event.ts";
import { organizationEvents } from "./organization/events.ts";
import { projectEvents } from "./project/events.ts";
import { runEvents } from "./run/events.ts";
import type { StreamCategory } from "./stream-name.ts";
import { taskEvents } from "./task/events.ts";
import { transcriptEvents } from "./transcript/events.ts";

/** Lifts stored data of version n to version n + 1. Pure, and kept for ever. */
type Upcast = (data: unknown) => unknown;

type CatalogEntry = {
  category: StreamCategory;
  schema: z.ZodType;
  /** Version written today; stored data of a lower one goes through `upcasts[n]` on reading. */
  schemaVersion: number;
  upcasts: Readonly<Record<number, Upcast>>;
};

const schemas = { ...organizationEvents, ...projectEvents, ...taskEvents, ...runEvents, ...transcriptEvents };

export type EventType = keyof typeof schemas;
export type EventData<Type extends EventType> = z.infer<(typeof schemas)[Type]>;
export type KnownEvent = { [Type in EventType]: RecordedEvent<Type, EventData<Type>> }[EventType];

const categories: readonly (readonly [StreamCategory, object])[] = [
  ["org", organizationEvents],
  ["project", projectEvents],
  ["task", taskEvents],
  ["run", runEvents],
  ["transcript", transcriptEvents],
];

/** Types whose schema has changed since its first version, with the steps from each older one. */
const changed: Partial<Record<EventType, Pick<CatalogEntry, "schemaVersion" | "upcasts">>> = {};

/** Every event type there is. A type or version that is not here stops a reader instead of being skipped. */
export const eventCatalog: ReadonlyMap<string, CatalogEntry> = new Map(
  categories.flatMap(([category, group]) =>
    Object.entries(group).map(([type, schema]): [string, CatalogEntry] => [
      type,
      { category, schema, schemaVersion: 1, upcasts: {}, ...changed[type as EventType] },
    ]),
  ),
);

/** Events that only owner and admin may read (design 6): the gateway's row policy uses the same list. */
export const AUDIT_EVENT_TYPES: readonly EventType[] = ["PayloadErased"];

/** The version to store `type` with. Throws UnknownEvent. */
export function schemaVersionOf(type: string): number {
  return entryOf(type, 0).schemaVersion;
}

/** Checks data about to be appended against today's schema; throws a ZodError or UnknownEvent. */
export function parseEventData(type: string, data: unknown): unknown {
  return entryOf(type, 0).schema.parse(data);
}

/**
 * A stored event, upcast to today's schema and checked. Throws UnknownEvent for a type or a newer version that
 * this program does not know, and BadInput for an erased payload: ask `isErased` first.
 */
export function parseEvent(event: RecordedEvent): KnownEvent {
  const entry = entryOf(event.type, event.schemaVersion);
  if (isErased(event)) {
    throw new BadInput(
      `The payload of event ${event.position} was erased on request: there is nothing to read.`,
    );
  }
  const data = entry.schema.parse(upcastData(entry, event));
  return { ...event, schemaVersion: entry.schemaVersion, data } as KnownEvent;
}

/** Stored data lifted step by step to the entry's version. Throws UnknownEvent for a newer one or a missing step. */
export function upcastData(
  entry: Pick<CatalogEntry, "schemaVersion" | "upcasts">,
  { type, schemaVersion, data: stored }: Pick<RecordedEvent, "type" | "schemaVersion" | "data">,
): unknown {
  if (schemaVersion > entry.schemaVersion) throw new UnknownEvent(type, schemaVersion);
  let data = stored;
  for (let version = schemaVersion; version < entry.schemaVersion; version += 1) {
    const upcast = entry.upcasts[version];
    if (!upcast) throw new UnknownEvent(type, version);
    data = upcast(data);
  }
  return data;
}

/** An erased payload: nothing of it is left but the event's place, type and metadata. */
export function isErased(event: RecordedEvent): boolean {
  return event.data === null;
}

function entryOf(type: string, schemaVersion: number): CatalogEntry {
  const entry = eventCatalog.get(type);
  if (!entry) throw new UnknownEvent(type, schemaVersion);
  return entry;
}
