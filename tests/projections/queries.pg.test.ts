import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAnswerSchema, taskAnswerSchema, tasksAnswerSchema } from "../../core/api.ts";
import { NotFound } from "../../core/errors.ts";
import { projections } from "../../projections/registry.ts";
import { runProjection } from "../../projections/run-projection.ts";
import { getRun, getTask, listTasks, queuedRuns } from "../../projections/task-state/queries.ts";
import { makePool } from "../../sql/database.ts";
import { inOrganization } from "../../sql/enter-organization.ts";
import { uuid } from "../support/given.ts";
import { OTHER_RUN, PROJECT, RUN, run, runHistories, TASK, task } from "../support/log/histories.ts";
import { openLog, type TestLog } from "../support/log/open-log.ts";

let log: TestLog;
let gateway: pg.Pool;
let org: { orgId: string; personId: string };
beforeAll(async () => {
  log = await openLog();
  gateway = makePool(log.database.gatewayUrl, { name: "test gateway" });
  org = await log.database.addOrganization();
  const repository = { url: "https://example.com/shop.git", kind: "https", credentialId: null };
  const linked = { type: "ProjectLinked", data: { name: "shop", repository, defaultBranch: null } };
  await log.append(`project-${PROJECT}`, [linked], org.orgId);
  await log.append(`task-${TASK}`, [task.created], org.orgId);
  await log.append(`run-${RUN}`, runHistories.error, org.orgId);
  const second = { ...run.requested, data: { ...run.requested.data, attempt: 2 } };
  await log.append(`run-${OTHER_RUN}`, [second], org.orgId);
  await log.append(`task-${uuid(8)}`, [task.created], org.orgId);
  await project(org.orgId);
});
afterAll(async () => {
  await gateway.end();
  await log.close();
});

async function project(orgId: string): Promise<void> {
  for (const projection of projections) await runProjection(log, projection, orgId);
}

const asMember = <Result>(read: (client: pg.PoolClient) => Promise<Result>) =>
  inOrganization(gateway, org, read);

describe("the gateway reads", () => {
  it("all tasks, newest first, each with its runs, newest first", async () => {
    const answer = tasksAnswerSchema.parse(await asMember((client) => listTasks(client, org.orgId)));
    expect(answer.position).toBe(8);
    expect(answer.tasks.map(({ number, projectName }) => [number, projectName])).toEqual([
      [2, "shop"],
      [1, "shop"],
    ]);
    expect(answer.tasks[1]?.runs.map(({ runId, attempt }) => [runId, attempt])).toEqual([
      [OTHER_RUN, 2],
      [RUN, 1],
    ]);
  });

  it("one task", async () => {
    const answer = taskAnswerSchema.parse(await asMember((client) => getTask(client, org.orgId, TASK)));
    expect(answer.task).toMatchObject({ taskId: TASK, title: "Fix the date", status: "open" });
    expect(answer.task.runs).toHaveLength(2);
  });

  it("one run with its task and project", async () => {
    const answer = runAnswerSchema.parse(await asMember((client) => getRun(client, org.orgId, RUN)));
    expect(answer.run).toMatchObject({ status: "error", error: { code: "model", message: "No model." } });
    expect(answer.task.taskId).toBe(TASK);
    expect(answer.project.name).toBe("shop");
  });

  it("nothing of another organization, whatever it asks for", async () => {
    const other = await log.database.addOrganization();
    const asOther = <Result>(read: (client: pg.PoolClient) => Promise<Result>) =>
      inOrganization(gateway, other, read);
    expect(await asOther((client) => listTasks(client, org.orgId))).toEqual({ position: 0, tasks: [] });
    await expect(asOther((client) => getRun(client, org.orgId, RUN))).rejects.toBeInstanceOf(NotFound);
    await expect(asOther((client) => getTask(client, org.orgId, TASK))).rejects.toBeInstanceOf(NotFound);
  });

  it("nothing at all without having entered an organization", async () => {
    for (const table of projections.flatMap(({ tables }) => tables)) {
      expect((await gateway.query(`select * from projections.${table}`)).rows, table).toEqual([]);
    }
  });

  it("and never writes", async () => {
    for (const table of projections.flatMap(({ tables }) => tables)) {
      const write = asMember((client) => client.query(`delete from projections.${table}`));
      await expect(write, table).rejects.toThrow("permission denied");
    }
  });
});

describe("queuedRuns", () => {
  it("takes turns between organizations, and between the projects of one", async () => {
    await log.database.query("delete from projections.run_state");
    const [big, small] = [await log.database.addOrganization(), await log.database.addOrganization()];
    const request = async (orgId: string, number: number, projectId: string) => {
      const data = { ...run.requested.data, projectId };
      await log.append(`run-${uuid(number)}`, [{ ...run.requested, data }], orgId);
    };
    for (const number of [11, 12, 13]) await request(big.orgId, number, uuid(1));
    await request(big.orgId, 14, uuid(2));
    await request(small.orgId, 21, uuid(3));
    await log.append(`run-${uuid(12)}`, [run.aborted], big.orgId);
    for (const { orgId } of [big, small]) await project(orgId);
    const queued = await queuedRuns(log.pool);
    expect(queued.map(({ runId }) => runId)).toEqual([11, 21, 14, 13].map(uuid));
    expect(queued[1]).toEqual({ orgId: small.orgId, runId: uuid(21), projectId: uuid(3) });
  });
});
