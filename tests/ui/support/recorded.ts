import type { RecordedEvent } from "../../../core/event.ts";
import { parseEvent } from "../../../core/event-catalog.ts";

export const RUN_ID = "00000000-0000-4000-8000-000000000001";
export const TASK_ID = "00000000-0000-4000-8000-000000000002";
export const PERSON_ID = "00000000-0000-4000-8000-000000000003";
const ORG_ID = "00000000-0000-4000-8000-00000000000f";
const START_MS = Date.parse("2026-11-23T10:00:00.000Z");

type Given = { type: string; data: unknown; at?: number; by?: "person" | "agent" };

/** Makes events as the log gives them; data of known types is checked against the catalog. */
export function makeRecorder() {
  let position = 0;
  /** `at`: seconds after the start; left out: one second a position. */
  return function recorded(type: string, data: unknown, more: Partial<Given> = {}): RecordedEvent {
    position += 1;
    const at = new Date(START_MS + (more.at ?? position) * 1_000).toISOString();
    const stream = /^(Run|Attention)/.test(type) ? `run-${RUN_ID}` : `transcript-${RUN_ID}`;
    const kind = more.by ?? (type === "RunRequested" || type === "RunSteered" ? "person" : "agent");
    return {
      orgId: ORG_ID,
      position,
      stream,
      version: position,
      id: uuid(position),
      type,
      schemaVersion: 1,
      data,
      metadata: {
        actor: { kind, id: kind === "person" ? PERSON_ID : RUN_ID },
        commandId: uuid(position + 500_000),
        correlationId: RUN_ID,
      },
      occurredAt: at,
      recordedAt: at,
    };
  };
}

/** The same, refusing data that the catalog would refuse. */
export function makeCheckedRecorder() {
  const record = makeRecorder();
  return (type: string, data: unknown, more: Partial<Given> = {}): RecordedEvent => {
    const event = record(type, data, more);
    parseEvent(event);
    return event;
  };
}

export function uuid(number: number): string {
  return `10000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

export const SHA = "a".repeat(64);
export const COMMIT = "b".repeat(40);
export const USAGE = {
  inputTokens: 10,
  outputTokens: 20,
  cacheReadTokens: 30,
  cacheWriteTokens: 0,
  costMicrodollars: 4_000,
};

export const requested = {
  taskId: TASK_ID,
  projectId: uuid(9),
  prompt: "Fix the dates",
  model: "demo/rehearsal",
  thinkingLevel: "off",
  baseBranch: null,
  branch: "pihordev/fix-the-dates-000001",
  attempt: 1,
  budgetMicrodollars: null,
  forkedFrom: null,
};

/** An entry of the session as it is recorded. */
export function entry(id: string, message: object) {
  return { entry: { type: "message", id, parentId: null, timestamp: "t", message }, blobs: {} };
}

export function assistant(id: string, content: readonly object[], more: object = {}) {
  return entry(id, { role: "assistant", content, stopReason: "stop", ...more });
}

export function toolFinished(toolCallId: string, tool: string, more: object = {}) {
  return {
    toolCallId,
    tool,
    isError: false,
    exitCode: null,
    reason: "done",
    output: "",
    outputBytes: 0,
    outputBlob: null,
    diff: null,
    durationMs: 5,
    ...more,
  };
}

export function callFinished(callId: string, more: object = {}) {
  return {
    callId,
    model: "demo/rehearsal",
    ...USAGE,
    price: null,
    stopReason: "stop",
    error: null,
    timeToFirstTokenMs: 10,
    durationMs: 100,
    ...more,
  };
}
