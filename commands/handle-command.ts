import { VersionConflict } from "../core/errors.ts";
import type { Actor, RecordedEvent } from "../core/event.ts";
import type { EventStore } from "../sql/event-store.ts";
import { type AppendResult, NO_STREAM } from "../sql/log-types.ts";
import { type AnyCommand, type Subject, subjectOf } from "./subject.ts";

const TRIES = 3;
const PAGE = 1_000;

export type CommandEnvelope = {
  orgId: string;
  command: AnyCommand;
  actor: Actor;
  /** Made by the caller, so that a repeat of the same request is known by it. */
  commandId: string;
  /** ISO 8601; left out: now. */
  now?: string;
  correlationId?: string;
  causationPosition?: number;
  /** A worker's command names its lease. */
  fence?: { runId: string; fence: number };
};

/**
 * The whole write side: read the stream, fold it, decide, append; read again when somebody else was faster.
 * A repeated command id answers with what its first time wrote, and a command that asks for what already is
 * with the stream's present end: both say `repeated` and write nothing. Throws what the decider throws
 * (CommandRejected, BadInput), what the store throws, and VersionConflict after three tries.
 */
export async function handleCommand(store: EventStore, envelope: CommandEnvelope): Promise<AppendResult> {
  const subject = subjectOf(envelope.command);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decideAndAppend(store, envelope, subject);
    } catch (thrown) {
      if (!(thrown instanceof VersionConflict) || attempt === TRIES) throw thrown;
    }
  }
}

async function decideAndAppend(store: EventStore, envelope: CommandEnvelope, subject: Subject) {
  const { command: _command, now = new Date().toISOString(), ...request } = envelope;
  const history = await readWhole(store, request.orgId, subject.stream);
  const before = history.filter((event) => event.metadata.commandId === request.commandId);
  if (before.length > 0) return placeOf(before);
  if (subject.guard) subject.guard.check(await readWhole(store, request.orgId, subject.guard.stream));
  const events = subject.decide(history, { now, actor: request.actor });
  if (events.length === 0) return placeOf(history.slice(-1));
  const expectedVersion = history.at(-1)?.version ?? NO_STREAM;
  return store.append({ ...request, stream: subject.stream, expectedVersion, events, occurredAt: now });
}

async function readWhole(store: EventStore, orgId: string, stream: string): Promise<RecordedEvent[]> {
  const history: RecordedEvent[] = [];
  for (;;) {
    const after = history.at(-1)?.version ?? 0;
    const page = await store.readStream(orgId, stream, { after, limit: PAGE });
    history.push(...page);
    if (page.length < PAGE) return history;
  }
}

function placeOf(events: readonly RecordedEvent[]): AppendResult {
  const last = events.at(-1);
  return {
    fromPosition: events[0]?.position ?? 0,
    position: last?.position ?? 0,
    version: last?.version ?? 0,
    repeated: true,
  };
}
