import type pg from "pg";
import type { RecordedEvent } from "../../core/event.ts";
import { parseStreamName } from "../../core/stream-name.ts";
import { defineProjection } from "../projection.ts";
import { rowsOf, upsert } from "../rows.ts";
import { foldErasedRun, foldRun } from "./fold-run.ts";
import { foldErasedTask, foldTask } from "./fold-task.ts";
import type { RunRow, TaskRow, TaskRows } from "./rows.ts";

/** Tasks with their numbers, and their runs with status, cost and end: what lists and the dispatch read. */
export const taskState = defineProjection<TaskRows>({
  name: "task_state",
  version: 1,
  tables: ["task_state", "run_state"],
  load,
  fold: { ...foldTask, ...foldRun },
  foldErased: { ...foldErasedTask, ...foldErasedRun },
  write,
});

async function load(
  client: pg.ClientBase,
  orgId: string,
  events: readonly RecordedEvent[],
): Promise<TaskRows> {
  const ids = new Set(events.map((event) => parseStreamName(event.stream).id));
  const tasks = await rowsOf<TaskRow>(client, { table: "task_state", key: "task_id", orgId, ids: [...ids] });
  const runs = await rowsOf<RunRow>(client, { table: "run_state", key: "run_id", orgId, ids: [...ids] });
  const { rows } = await client.query<{ last: number }>(
    "select coalesce(max(number), 0) as last from projections.task_state where org_id = $1",
    [orgId],
  );
  return {
    tasks: new Map(tasks.map((row) => [row.task_id, row])),
    runs: new Map(runs.map((row) => [row.run_id, row])),
    lastNumber: rows[0]?.last ?? 0,
  };
}

async function write(client: pg.ClientBase, orgId: string, { tasks, runs }: TaskRows): Promise<void> {
  if (tasks.size > 0) await client.query(UPSERT_TASKS, [orgId, JSON.stringify([...tasks.values()])]);
  if (runs.size > 0) await client.query(UPSERT_RUNS, [orgId, JSON.stringify([...runs.values()])]);
}

const UPSERT_TASKS = upsert("task_state", "task_id", {
  task_id: "uuid",
  number: "integer",
  project_id: "uuid",
  title: "text",
  text: "text",
  status: "text",
  created_at: "timestamptz",
  created_by: "text",
});

const UPSERT_RUNS = upsert("run_state", "run_id", {
  run_id: "uuid",
  task_id: "uuid",
  project_id: "uuid",
  attempt: "integer",
  status: "text",
  question_id: "uuid",
  model: "text",
  branch: "text",
  base_branch: "text",
  commit: "text",
  error_code: "text",
  error_message: "text",
  input_tokens: "bigint",
  output_tokens: "bigint",
  cache_read_tokens: "bigint",
  cache_write_tokens: "bigint",
  cost_microdollars: "bigint",
  requested_position: "bigint",
  requested_at: "timestamptz",
  started_at: "timestamptz",
  ended_at: "timestamptz",
});
