import type { Actor, NewEvent } from "../core/event.ts";

/** A position that matters to no one: the append may go on top of whatever the stream holds. */
export const ANY_VERSION = "any";
/** The stream must not exist yet. */
export const NO_STREAM = 0;

export type AppendRequest = {
  orgId: string;
  stream: string;
  /** Version the stream must be at, NO_STREAM, or ANY_VERSION. */
  expectedVersion: number | typeof ANY_VERSION;
  events: readonly NewEvent[];
  actor: Actor;
  /** Repeating it gives the first result and writes nothing. Made by the caller, so that a retry can carry it. */
  commandId: string;
  correlationId?: string;
  causationPosition?: number;
  /** ISO 8601; left out: now. */
  occurredAt?: string;
  /** A worker's append for a run names its lease: refused with Fenced once another worker has raised the fence. */
  fence?: { runId: string; fence: number };
};

/** `fromPosition..position` are the positions of the appended events; equal to the first result when `repeated`. */
export type AppendResult = {
  fromPosition: number;
  position: number;
  version: number;
  repeated: boolean;
};
