import type pg from "pg";
import type { RecordedEvent } from "../core/event.ts";
import { type EventType, isErased, type KnownEvent, parseEvent } from "../core/event-catalog.ts";

/** Rows derived from an organization's log. They can be dropped and made again from position 0 at any time. */
export type Projection = {
  name: string;
  /** Raised with every change of what the rows mean: older rows are then made anew. */
  version: number;
  /** In schema `projections`, each with a column `org_id`. */
  tables: readonly string[];
  /** Folds one batch, in order, into the rows. Within the transaction that moves the checkpoint. */
  apply(client: pg.ClientBase, orgId: string, events: readonly RecordedEvent[]): Promise<void>;
};

type EventOf<Type extends EventType> = Extract<KnownEvent, { type: Type }>;

/** What a projection is made of. `Rows` are the rows that one batch touches, by key, in memory. */
export type ProjectionParts<Rows> = Pick<Projection, "name" | "version" | "tables"> & {
  /** The rows that these events may touch, as they are now. */
  load(client: pg.ClientBase, orgId: string, events: readonly RecordedEvent[]): Promise<Rows>;
  /** Pure: reads no clock, asks nobody; changes only the rows it is given. */
  fold: { [Type in EventType]?: (rows: Rows, event: EventOf<Type>) => void };
  /** What an event without its payload still means. Others without payload are skipped. */
  foldErased?: { [Type in EventType]?: (rows: Rows, event: RecordedEvent) => void };
  /** One set-based statement a table. */
  write(client: pg.ClientBase, orgId: string, rows: Rows): Promise<void>;
};

export function defineProjection<Rows>(parts: ProjectionParts<Rows>): Projection {
  const { name, version, tables, load, write } = parts;
  const handled = new Set(Object.keys({ ...parts.fold, ...parts.foldErased }));
  return {
    name,
    version,
    tables,
    async apply(client, orgId, events) {
      const ours = events.filter((event) => handled.has(event.type));
      if (ours.length === 0) return;
      const rows = await load(client, orgId, ours);
      for (const event of ours) foldOne(parts, rows, event);
      await write(client, orgId, rows);
    },
  };
}

function foldOne<Rows>(parts: ProjectionParts<Rows>, rows: Rows, event: RecordedEvent): void {
  if (!isErased(event)) {
    foldKnown(parts.fold, rows, parseEvent(event));
    return;
  }
  const handlers: Partial<Record<string, (rows: Rows, event: RecordedEvent) => void>> =
    parts.foldErased ?? {};
  handlers[event.type]?.(rows, event);
}

function foldKnown<Rows, Type extends EventType>(
  fold: { [Key in EventType]?: (rows: Rows, event: EventOf<Key>) => void },
  rows: Rows,
  event: EventOf<Type>,
): void {
  const type: Type = event.type;
  fold[type]?.(rows, event);
}
