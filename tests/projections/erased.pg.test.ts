import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projections } from "../../projections/registry.ts";
import { rebuildProjection, runProjection } from "../../projections/run-projection.ts";
import { taskState } from "../../projections/task-state/projection.ts";
import { getTask, listTasks } from "../../projections/task-state/queries.ts";
import { erasePayload } from "../../sql/erase.ts";
import { sealOrganization } from "../../sql/seals.ts";
import { uuid } from "../support/given.ts";
import { rowsOf } from "../support/log/given-rows.ts";
import { RUN, run, runHistories, TASK, task } from "../support/log/histories.ts";
import { openLog, renamed, type TestLog, WORKER } from "../support/log/open-log.ts";

let log: TestLog;
beforeAll(async () => {
  log = await openLog();
});
afterAll(() => log.close());

const CANARY = "canary-in-a-title";

/** Two tasks, the first renamed twice, and a failed run of it. All projected and sealed. */
async function organization(): Promise<string> {
  const { orgId } = await log.database.addOrganization();
  await log.append(`task-${TASK}`, [task.created, renamed(CANARY)], orgId);
  await log.append(`task-${uuid(8)}`, [task.created], orgId);
  const [requested, claimed, started] = runHistories.running;
  const failed = { ...run.failed, data: { ...run.failed.data, message: CANARY } };
  await log.append(
    `run-${RUN}`,
    [requested, claimed, started, failed].filter((event) => event !== undefined),
    orgId,
  );
  await project(orgId);
  await sealOrganization(log.pool, orgId);
  return orgId;
}

async function project(orgId: string): Promise<void> {
  for (const projection of projections) await runProjection(log, projection, orgId);
}

async function eraseAt(orgId: string, position: number) {
  await erasePayload(log.store, log.pool, {
    orgId,
    position,
    reason: "asked",
    actor: WORKER,
    commandId: randomUUID(),
  });
  await project(orgId);
  const rows = await rowsOf(log, taskState, orgId);
  await rebuildProjection(log.pool, taskState, orgId);
  expect(await rowsOf(log, taskState, orgId), "rebuilt").toEqual(rows);
  return rows;
}

describe("erasing a payload", () => {
  it("takes what the rows had of it along", async () => {
    const orgId = await organization();
    expect(JSON.stringify(await rowsOf(log, taskState, orgId))).toContain(CANARY);
    const rows = await eraseAt(orgId, 2);
    expect(rows.task_state?.find((row) => row.task_id === TASK)?.title).toBe("Fix the date");
    const left = await eraseAt(orgId, 7);
    expect(left.run_state).toMatchObject([
      { status: "error", error_code: "internal", error_message: "(erased)" },
    ]);
    expect(JSON.stringify(left)).not.toContain(CANARY);
  });

  it("of a task's first event hides the task and keeps the numbers of the others", async () => {
    const orgId = await organization();
    await eraseAt(orgId, 1);
    const { tasks } = await listTasks(log.pool, orgId);
    expect(tasks.map(({ taskId, number }) => [taskId, number])).toEqual([[uuid(8), 2]]);
    await log.append(`task-${uuid(9)}`, [task.created], orgId);
    await project(orgId);
    expect((await getTask(log.pool, orgId, uuid(9)).catch(() => null))?.task.number).toBe(3);
    await expect(getTask(log.pool, orgId, TASK)).rejects.toThrow(
      "There is no such task in this organization.",
    );
  });

  it("of the last task's first event does not give its number to the next one", async () => {
    const orgId = await organization();
    await eraseAt(orgId, 3);
    await log.append(`task-${uuid(9)}`, [task.created], orgId);
    await project(orgId);
    const { tasks } = await listTasks(log.pool, orgId);
    expect(tasks.map(({ number }) => number)).toEqual([3, 1]);
  });

  it("of a run's steps leaves it where it was", async () => {
    const orgId = await organization();
    for (const position of [5, 6, 7]) await eraseAt(orgId, position);
    const { run_state } = await rowsOf(log, taskState, orgId);
    expect(run_state).toMatchObject([
      { status: "error", started_at: expect.any(String), ended_at: expect.any(String) },
    ]);
  });
});
