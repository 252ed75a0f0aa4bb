import type { RecordedEvent } from "../core/event.ts";
import { schemaVersionOf } from "../core/event-catalog.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";
const GONE = "(erased)";
const usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costMicrodollars: null,
};

/**
 * What an event without its payload still says is its type, and that is what moves a state. So a stream with an
 * erased event goes on: its task can be cancelled, its run can end. Nothing of these stand-ins is ever written.
 */
const standIns: Readonly<Record<string, object>> = {
  ProjectLinked: {
    name: GONE,
    repository: { url: GONE, kind: "path", credentialId: null },
    defaultBranch: null,
  },
  TaskCreated: { projectId: NOBODY, title: GONE, text: GONE },
  TaskRenamed: { title: GONE },
  TaskSubmittedForReview: { runId: NOBODY },
  TaskAccepted: { runId: NOBODY },
  TaskCancelled: { reason: "" },
  RunRequested: {
    taskId: NOBODY,
    projectId: NOBODY,
    prompt: GONE,
    model: "erased/erased",
    thinkingLevel: "off",
    baseBranch: null,
    branch: GONE,
    attempt: 1,
    budgetMicrodollars: null,
    forkedFrom: null,
  },
  RunClaimed: { holder: GONE },
  RunStarted: { baseBranch: "", baseCommit: null },
  RunTakenOver: { holder: GONE, previousHolder: null },
  RunSteered: { messageId: NOBODY, text: GONE },
  AttentionRequested: {
    questionId: NOBODY,
    kind: "text",
    prompt: GONE,
    options: [],
    command: null,
    expiresAt: null,
  },
  AttentionAnswered: { questionId: NOBODY, choices: [], text: "" },
  RunPaused: { reason: "person", detail: "" },
  RunResumed: { reason: "person" },
  RunAbortRequested: { reason: "" },
  RunCompleted: { summary: "", branch: null, commit: null, usage, durationMs: 0 },
  RunFailed: { code: "internal", message: GONE, usage, durationMs: 0 },
  RunAborted: { reason: "", usage, durationMs: 0 },
};

/** The erased event with a stand-in of today's version for its payload. Throws UnknownEvent. */
export function withoutPayload(event: RecordedEvent): RecordedEvent {
  return { ...event, schemaVersion: schemaVersionOf(event.type), data: standIns[event.type] ?? null };
}
