import type { RecordedEvent } from "../../core/event.ts";
import { isErased, parseEvent } from "../../core/event-catalog.ts";
import type { ServerFrame } from "../../core/protocol.ts";
import type { RunEvent } from "../../core/run/events.ts";
import { evolveRun, noRun, type RunState, type RunStatus } from "../../core/run/state.ts";
import { parseStreamName } from "../../core/stream-name.ts";

/** Status after an event, where the event alone says it. A resumed run may go back to its open question. */
const STATUS_AFTER: Readonly<Partial<Record<string, RunStatus | "from history">>> = {
  RunRequested: "queued",
  RunClaimed: "starting",
  RunStarted: "running",
  AttentionRequested: "attention",
  AttentionAnswered: "running",
  RunPaused: "paused",
  RunResumed: "from history",
  RunCompleted: "completed",
  RunFailed: "error",
  RunAborted: "aborted",
};

export type StatusFrame = Extract<ServerFrame, { type: "agent_status" | "agent_attention" }>;
export type ReadRun = (stream: string) => Promise<RecordedEvent[]>;

/** The frames that follow an event of a run which changes its status or asks a person. */
export async function statusFrames(
  event: RecordedEvent,
  subscription: string,
  readRun: ReadRun,
): Promise<StatusFrame[]> {
  const known = STATUS_AFTER[event.type];
  if (known === undefined) return [];
  const { id: runId } = parseStreamName(event.stream);
  const { position } = event;
  const status = known === "from history" ? await foldedStatus(event, readRun) : known;
  const frames: StatusFrame[] = [{ type: "agent_status", subscription, runId, status, position }];
  if (event.type !== "AttentionRequested" || isErased(event)) return frames;
  const parsed = parseEvent(event);
  if (parsed.type !== "AttentionRequested") return frames;
  const { questionId } = parsed.data;
  return [...frames, { type: "agent_attention", subscription, runId, questionId, position }];
}

async function foldedStatus(event: RecordedEvent, readRun: ReadRun): Promise<string> {
  let state: RunState = noRun;
  for (const stored of await readRun(event.stream)) {
    if (stored.version > event.version || isErased(stored)) continue;
    const parsed = parseEvent(stored);
    if (isRunEvent(parsed)) state = evolveRun(state, parsed);
  }
  return state.status;
}

type Parsed = ReturnType<typeof parseEvent>;

function isRunEvent(event: Parsed): event is Extract<Parsed, { type: RunEvent["type"] }> {
  return event.stream.startsWith("run-");
}
