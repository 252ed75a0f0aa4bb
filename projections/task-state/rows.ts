/** Rows as the tables have them; times are ISO 8601. */
export type TaskRow = {
  task_id: string;
  number: number;
  project_id: string | null;
  title: string;
  text: string;
  status: "open" | "in_review" | "done" | "cancelled";
  created_at: string;
  created_by: string;
};

export type RunRow = {
  run_id: string;
  task_id: string;
  project_id: string;
  attempt: number;
  status: "queued" | "starting" | "running" | "attention" | "paused" | "completed" | "error" | "aborted";
  question_id: string | null;
  model: string;
  branch: string;
  base_branch: string | null;
  commit: string | null;
  error_code: string | null;
  error_message: string | null;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cost_microdollars: number | null;
  requested_position: number;
  requested_at: string;
  started_at: string | null;
  ended_at: string | null;
};

/** What one batch touches. `lastNumber`: the highest number given to a task so far. */
export type TaskRows = { tasks: Map<string, TaskRow>; runs: Map<string, RunRow>; lastNumber: number };
