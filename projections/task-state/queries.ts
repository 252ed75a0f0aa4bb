import type pg from "pg";
import type * as z from "zod";
import type {
  RunSummary,
  runAnswerSchema,
  Task,
  taskAnswerSchema,
  tasksAnswerSchema,
} from "../../core/api.ts";
import { NotFound } from "../../core/errors.ts";
import { getProject } from "../project-list/queries.ts";
import { positionOf, type Queryable } from "../rows.ts";
import { type RunRead, runSummary, type TaskRead, taskAnswer } from "./answers.ts";
import { taskState } from "./projection.ts";

/** All tasks of the organization, newest first, each with its runs, newest first. */
export async function listTasks(
  client: Queryable,
  orgId: string,
): Promise<z.infer<typeof tasksAnswerSchema>> {
  const position = await positionOf(client, orgId, taskState.name);
  return { position, tasks: await readTasks(client, orgId) };
}

/** Throws NotFound. */
export async function getTask(
  client: Queryable,
  orgId: string,
  taskId: string,
): Promise<z.infer<typeof taskAnswerSchema>> {
  const position = await positionOf(client, orgId, taskState.name);
  const [task] = await readTasks(client, orgId, taskId);
  if (!task) throw new NotFound("There is no such task in this organization.");
  return { position, task };
}

/** One run with its task and project. Throws NotFound. */
export async function getRun(
  client: Queryable,
  orgId: string,
  runId: string,
): Promise<z.infer<typeof runAnswerSchema>> {
  const { rows } = await client.query<{ task_id: string }>(
    "select task_id from projections.run_state where org_id = $1 and run_id = $2",
    [orgId, runId],
  );
  if (!rows[0]) throw new NotFound("There is no such run in this organization.");
  const { position, task } = await getTask(client, orgId, rows[0].task_id);
  const run = task.runs.find((one) => one.runId === runId);
  if (!run) throw new NotFound("There is no such run in this organization.");
  const { project } = await getProject(client, orgId, run.projectId);
  return { position, run, task, project };
}

export type QueuedRun = { orgId: string; runId: string; projectId: string };

/**
 * Queued runs of all organizations in the order in which to start them: the first of each organization, then the
 * second, and so on, and within an organization the same between its projects. As role worker.
 */
export async function queuedRuns(pool: pg.Pool): Promise<QueuedRun[]> {
  const { rows } = await pool.query<{ org_id: string; run_id: string; project_id: string }>(
    `select org_id, run_id, project_id from (
       select *, row_number() over (partition by org_id order by in_project, requested_position) as in_organization
       from (select org_id, run_id, project_id, requested_at, requested_position,
           row_number() over (partition by org_id, project_id order by requested_position) as in_project
         from projections.run_state where status = 'queued') as p) as o
     order by in_organization, requested_at, org_id`,
  );
  return rows.map((row) => ({ orgId: row.org_id, runId: row.run_id, projectId: row.project_id }));
}

async function readTasks(client: Queryable, orgId: string, taskId: string | null = null): Promise<Task[]> {
  const { rows } = await client.query<TaskRead>(
    `select t.*, coalesce(p.name, '') as project_name
     from projections.task_state as t
     left join projections.project as p on p.org_id = t.org_id and p.project_id = t.project_id
     where t.org_id = $1 and ($2::uuid is null or t.task_id = $2) and t.project_id is not null
     order by t.number desc`,
    [orgId, taskId],
  );
  const runs = await readRuns(client, orgId, taskId);
  return rows.map((row) => taskAnswer(row, runs.get(row.task_id) ?? []));
}

async function readRuns(client: Queryable, orgId: string, taskId: string | null) {
  const { rows } = await client.query<RunRead>(
    `select * from projections.run_state where org_id = $1 and ($2::uuid is null or task_id = $2)
     order by requested_position desc`,
    [orgId, taskId],
  );
  const byTask = new Map<string, RunSummary[]>();
  for (const row of rows) byTask.set(row.task_id, [...(byTask.get(row.task_id) ?? []), runSummary(row)]);
  return byTask;
}
