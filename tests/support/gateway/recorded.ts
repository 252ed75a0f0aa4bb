import { randomUUID } from "node:crypto";
import type { RecordedEvent } from "../../../core/event.ts";

/** A stored event for tests that need no database. */
export function recorded(position: number, given: Partial<RecordedEvent> = {}): RecordedEvent {
  return {
    orgId: "00000000-0000-4000-8000-000000000001",
    position,
    stream: "run-00000000-0000-4000-8000-000000000002",
    version: position,
    id: randomUUID(),
    type: "NoticeGiven",
    schemaVersion: 1,
    data: { text: `event ${position}` },
    metadata: { actor: { kind: "system", id: "test" }, commandId: randomUUID(), correlationId: randomUUID() },
    occurredAt: "2026-01-01T00:00:00.000Z",
    recordedAt: "2026-01-01T00:00:00.000Z",
    ...given,
  };
}
