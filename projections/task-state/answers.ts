import type { RunSummary, Task } from "../../core/api.ts";
import type { RunRow, TaskRow } from "./rows.ts";

/** Rows as the driver gives them: times are dates. */
type Read<Row, Times extends keyof Row> = Omit<Row, Times> & {
  [Time in Times]: null extends Row[Time] ? Date | null : Date;
};
export type TaskRead = Read<Omit<TaskRow, "project_id">, "created_at"> & {
  project_id: string;
  project_name: string;
};
export type RunRead = Read<RunRow, "requested_at" | "started_at" | "ended_at">;

export function taskAnswer(row: TaskRead, runs: RunSummary[]): Task {
  return {
    taskId: row.task_id,
    number: row.number,
    projectId: row.project_id,
    projectName: row.project_name,
    title: row.title,
    text: row.text,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    runs,
  };
}

export function runSummary(row: RunRead): RunSummary {
  const { error_code: code, error_message: message } = row;
  return {
    runId: row.run_id,
    taskId: row.task_id,
    projectId: row.project_id,
    attempt: row.attempt,
    status: row.status,
    model: row.model,
    branch: row.branch,
    baseBranch: row.base_branch,
    commit: row.commit,
    error: code === null ? null : { code, message: message ?? "" },
    usage: {
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      cacheReadTokens: row.cache_read_tokens,
      cacheWriteTokens: row.cache_write_tokens,
      costMicrodollars: row.cost_microdollars,
    },
    requestedAt: row.requested_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
