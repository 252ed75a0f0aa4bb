import { expect } from "vitest";
import { type AnyCommand, subjectOf } from "../../commands/subject.ts";
import type { CommandContext } from "../../core/decider.ts";
import { PihordevError } from "../../core/errors.ts";
import type { NewEvent, RecordedEvent } from "../../core/event.ts";

export const PERSON = { kind: "person", id: "10000000-0000-4000-8000-000000000001" } as const;
const CONTEXT: CommandContext = { now: "2026-01-02T03:04:05.000Z", actor: PERSON };

/** What a decider refused with: its code, and its sentence whole. */
export type Rejection = { code: string; message: string };

export function rejected(message: string): Rejection {
  return { code: "command_rejected", message };
}

export function badInput(message: string): Rejection {
  return { code: "bad_input", message };
}

/**
 * `given(events).when(command).then(events | rejection)` over the same lookup, parsing and folding as
 * handleCommand. An empty list: the command decides nothing.
 */
export function given(...history: NewEvent[]) {
  return {
    when(command: AnyCommand) {
      return {
        // biome-ignore lint/suspicious/noThenProperty: the test's own words; nobody awaits this object
        then(expected: readonly NewEvent[] | Rejection) {
          expect(outcomeOf(history, command)).toEqual(expected);
        },
      };
    },
  };
}

/** What the command decides on this history: its events, or its refusal. Other errors are thrown on. */
export function outcomeOf(history: readonly NewEvent[], command: AnyCommand): NewEvent[] | Rejection {
  const { stream, decide } = subjectOf(command);
  try {
    return decide(recorded(history, stream), CONTEXT);
  } catch (thrown) {
    if (!(thrown instanceof PihordevError)) throw thrown;
    return { code: thrown.code, message: thrown.message };
  }
}

/** Events as the log would give them back, one after the other on one stream. */
export function recorded(events: readonly NewEvent[], stream: string): RecordedEvent[] {
  return events.map(({ type, data }, index) => ({
    orgId: "20000000-0000-4000-8000-000000000001",
    position: index + 1,
    stream,
    version: index + 1,
    id: `30000000-0000-4000-8000-${String(index + 1).padStart(12, "0")}`,
    type,
    schemaVersion: 1,
    data,
    metadata: { actor: PERSON, commandId: uuid(900 + index), correlationId: uuid(900 + index) },
    occurredAt: CONTEXT.now,
    recordedAt: CONTEXT.now,
  }));
}

/** A UUID that is the same in every run of a test and says its number. */
export function uuid(number: number): string {
  return `40000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}
