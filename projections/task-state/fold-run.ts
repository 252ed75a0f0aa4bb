import type { RecordedEvent } from "../../core/event.ts";
import type { EventData } from "../../core/event-catalog.ts";
import { parseStreamName } from "../../core/stream-name.ts";
import type { ProjectionParts } from "../projection.ts";
import type { RunRow, TaskRows } from "./rows.ts";

/** A run that is not there was requested by an event that has been erased: its later events change nothing. */
export const foldRun: ProjectionParts<TaskRows>["fold"] = {
  RunRequested: (rows, event) => addRun(rows, event, event.data),
  RunClaimed: (rows, { stream }) => change(rows, stream, { status: "starting" }),
  RunStarted: (rows, { stream, data, recordedAt }) =>
    change(rows, stream, { status: "running", started_at: recordedAt, ...namedBranch(data.baseBranch) }),
  AttentionRequested: (rows, { stream, data }) =>
    change(rows, stream, { status: "attention", question_id: data.questionId }),
  AttentionAnswered: (rows, { stream }) => change(rows, stream, { status: "running", question_id: null }),
  RunPaused: (rows, { stream }) => change(rows, stream, { status: "paused" }),
  RunResumed: (rows, { stream }) => resume(rows, stream),
  RunCompleted: (rows, { stream, data, recordedAt }) =>
    end(rows, stream, { status: "completed", ended_at: recordedAt, commit: data.commit }),
  RunFailed: (rows, { stream, data, recordedAt }) =>
    end(rows, stream, {
      status: "error",
      ended_at: recordedAt,
      error_code: data.code,
      error_message: data.message,
    }),
  RunAborted: (rows, { stream, recordedAt }) =>
    end(rows, stream, { status: "aborted", ended_at: recordedAt }),
  LlmCallFinished: (rows, { stream, data }) => addUsage(rows, stream, data),
};

/** What moves a run is the type, so it moves without the payload too. A run that nobody can read any more is none. */
export const foldErasedRun: NonNullable<ProjectionParts<TaskRows>["foldErased"]> = {
  RunClaimed: (rows, { stream }) => change(rows, stream, { status: "starting" }),
  RunStarted: (rows, { stream, recordedAt }) =>
    change(rows, stream, { status: "running", started_at: recordedAt }),
  AttentionRequested: (rows, { stream }) => change(rows, stream, { status: "attention", question_id: null }),
  AttentionAnswered: (rows, { stream }) => change(rows, stream, { status: "running", question_id: null }),
  RunPaused: (rows, { stream }) => change(rows, stream, { status: "paused" }),
  RunResumed: (rows, { stream }) => resume(rows, stream),
  RunCompleted: (rows, { stream, recordedAt }) =>
    end(rows, stream, { status: "completed", ended_at: recordedAt }),
  RunFailed: (rows, { stream, recordedAt }) =>
    end(rows, stream, {
      status: "error",
      ended_at: recordedAt,
      error_code: "internal",
      error_message: "(erased)",
    }),
  RunAborted: (rows, { stream, recordedAt }) =>
    end(rows, stream, { status: "aborted", ended_at: recordedAt }),
};

function addRun(rows: TaskRows, event: RecordedEvent, data: EventData<"RunRequested">): void {
  const { id } = parseStreamName(event.stream);
  rows.runs.set(id, {
    run_id: id,
    task_id: data.taskId,
    project_id: data.projectId,
    attempt: data.attempt,
    status: "queued",
    question_id: null,
    model: data.model,
    branch: data.branch,
    base_branch: data.baseBranch,
    commit: null,
    error_code: null,
    error_message: null,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    cost_microdollars: 0,
    requested_position: event.position,
    requested_at: event.recordedAt,
    started_at: null,
    ended_at: null,
  });
}

/** An empty repository has no branch to name. */
function namedBranch(name: string): Partial<RunRow> {
  return name === "" ? {} : { base_branch: name };
}

function resume(rows: TaskRows, stream: string): void {
  const row = runOf(rows, stream);
  if (row) row.status = row.question_id === null ? "running" : "attention";
}

function end(rows: TaskRows, stream: string, changes: Partial<RunRow>): void {
  change(rows, stream, { ...changes, question_id: null });
}

/** A transcript has the id of its run. */
function addUsage(rows: TaskRows, stream: string, data: EventData<"LlmCallFinished">): void {
  const row = runOf(rows, stream);
  if (!row) return;
  row.input_tokens += data.inputTokens;
  row.output_tokens += data.outputTokens;
  row.cache_read_tokens += data.cacheReadTokens;
  row.cache_write_tokens += data.cacheWriteTokens;
  if (row.cost_microdollars === null || data.costMicrodollars === null) row.cost_microdollars = null;
  else row.cost_microdollars += data.costMicrodollars;
}

function change(rows: TaskRows, stream: string, changes: Partial<RunRow>): void {
  const row = runOf(rows, stream);
  if (row) Object.assign(row, changes);
}

function runOf(rows: TaskRows, stream: string): RunRow | undefined {
  return rows.runs.get(parseStreamName(stream).id);
}
