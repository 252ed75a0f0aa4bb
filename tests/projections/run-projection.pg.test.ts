import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RecordedEvent } from "../../core/event.ts";
import { defineProjection, type Projection } from "../../projections/projection.ts";
import { rebuildProjection, runProjection } from "../../projections/run-projection.ts";
import { taskState } from "../../projections/task-state/projection.ts";
import { makePool } from "../../sql/database.ts";
import { uuid } from "../support/given.ts";
import { rowsOf } from "../support/log/given-rows.ts";
import { RUN, run, TASK, task } from "../support/log/histories.ts";
import { openLog, renamed, type TestLog } from "../support/log/open-log.ts";

let log: TestLog;
beforeAll(async () => {
  log = await openLog();
});
afterAll(() => log.close());

const call = {
  type: "LlmCallFinished",
  data: {
    ...{
      callId: uuid(50),
      model: "demo/rehearsal",
      price: null,
      costMicrodollars: 1,
      stopReason: "stop",
      error: null,
    },
    ...{ inputTokens: 1, outputTokens: 1, cacheReadTokens: 1, cacheWriteTokens: 1 },
    ...{ timeToFirstTokenMs: 1, durationMs: 2 },
  },
};

/** An organization with a task, a run and this many calls of it: double counting would show in its sums. */
async function organizationWith(calls: number): Promise<string> {
  const { orgId } = await log.database.addOrganization();
  await log.append(`task-${TASK}`, [task.created], orgId);
  await log.append(`run-${RUN}`, [run.requested], orgId);
  if (calls > 0) await log.append(`transcript-${RUN}`, Array(calls).fill(call), orgId);
  return orgId;
}

const project = (orgId: string, projection: Projection = taskState, batchSize = 1_000) =>
  runProjection({ ...log, batchSize }, projection, orgId);

async function tokens(orgId: string): Promise<unknown> {
  return (await rowsOf(log, taskState, orgId)).run_state?.[0]?.input_tokens;
}

async function checkpoint(orgId: string) {
  const { rows } = await log.pool.query(
    "select position, version, error from checkpoints where org_id = $1 and projection = 'task_state'",
    [orgId],
  );
  return rows[0];
}

/** The real projection with something done around its batches. */
function around(
  apply: (
    real: () => Promise<void>,
    events: readonly RecordedEvent[],
    client: { query(sql: string): Promise<unknown> },
  ) => Promise<void>,
): Projection {
  return {
    ...taskState,
    apply: (client, orgId, events) => apply(() => taskState.apply(client, orgId, events), events, client),
  };
}

describe("runProjection", () => {
  it("folds everything there is and says how far it came", async () => {
    const orgId = await organizationWith(5);
    expect(await project(orgId)).toEqual({ position: 7, events: 7 });
    expect(await project(orgId)).toEqual({ position: 7, events: 0 });
    expect(await checkpoint(orgId)).toEqual({ position: 7, version: 1, error: null });
  });

  it("of an organization without a log does nothing", async () => {
    const { orgId } = await log.database.addOrganization();
    expect(await project(orgId)).toEqual({ position: 0, events: 0 });
  });

  it("goes on after its checkpoint", async () => {
    const orgId = await organizationWith(1);
    await project(orgId);
    await log.append(`transcript-${RUN}`, [call, call], orgId);
    expect(await project(orgId)).toEqual({ position: 5, events: 2 });
    expect(await tokens(orgId)).toBe(3);
  });

  it("by eight runners at once never counts twice", async () => {
    const orgId = await organizationWith(200);
    const results = await Promise.all(Array.from({ length: 8 }, () => project(orgId, taskState, 7)));
    expect(results.map(({ position }) => position)).toEqual(Array(8).fill(202));
    expect(results.reduce((sum, { events }) => sum + events, 0)).toBe(202);
    expect(await tokens(orgId)).toBe(200);
  });

  it("keeps up with appends that come while it runs", async () => {
    const orgId = await organizationWith(0);
    const appends = Array.from({ length: 50 }, () => log.append(`transcript-${RUN}`, [call], orgId));
    const runs = Array.from({ length: 4 }, () => project(orgId, taskState, 3));
    await Promise.all([...appends, ...runs]);
    await project(orgId);
    expect(await tokens(orgId)).toBe(50);
  });

  it("whose connection is killed after it wrote has done nothing, and repeats nothing", async () => {
    const orgId = await organizationWith(10);
    let batches = 0;
    const dying = around(async (real, _events, client) => {
      await real();
      batches += 1;
      if (batches === 3) await client.query("select pg_terminate_backend(pg_backend_pid())");
    });
    await expect(project(orgId, dying, 4)).rejects.toThrow();
    expect((await checkpoint(orgId))?.position).toBe(8);
    expect(await tokens(orgId)).toBe(6);
    await project(orgId);
    expect(await tokens(orgId)).toBe(10);
  });

  it("that fails keeps its place, says why, and others go on", async () => {
    const orgId = await organizationWith(3);
    const failing = around(async (real, events) => {
      await real();
      if (events.some((event) => event.position === 4)) throw new Error("cannot fold this");
    });
    await expect(project(orgId, failing, 2)).rejects.toThrow("cannot fold this");
    expect(await checkpoint(orgId)).toEqual({ position: 2, version: 1, error: "cannot fold this" });
    const other = { ...defineProjection({ ...bystander, name: "bystander" }) };
    expect(await project(orgId, other)).toEqual({ position: 5, events: 5 });
    expect(await project(orgId)).toEqual({ position: 5, events: 3 });
    expect(await checkpoint(orgId)).toEqual({ position: 5, version: 1, error: null });
    expect(await tokens(orgId)).toBe(3);
  });

  it("leaves the work to another process that holds the checkpoint for long", async () => {
    const orgId = await organizationWith(3);
    await project(orgId);
    await log.append(`transcript-${RUN}`, [call], orgId);
    const impatient = makePool(log.database.workerUrl, { name: "impatient", max: 1 });
    await impatient.query("set lock_timeout = 100");
    const holder = await log.pool.connect();
    await holder.query("begin");
    await holder.query("select * from checkpoints where org_id = $1 for update", [orgId]);
    expect(await runProjection({ pool: impatient, store: log.store }, taskState, orgId)).toEqual({
      position: 5,
      events: 0,
    });
    await holder.query("commit");
    holder.release();
    await impatient.end();
    expect(await project(orgId)).toEqual({ position: 6, events: 1 });
  });

  it("tells on the channel projections how far the rows are true", async () => {
    const orgId = await organizationWith(1);
    const listener = await log.pool.connect();
    const heard = Promise.withResolvers<string | undefined>();
    listener.on("notification", ({ payload }) => heard.resolve(payload));
    await listener.query("listen projections");
    await project(orgId);
    expect(await heard.promise).toBe(`${orgId} task_state 3`);
    listener.removeAllListeners("notification");
    await listener.query("unlisten *");
    listener.release();
  });
});

const bystander = {
  name: "",
  version: 1,
  tables: [],
  load: async () => null,
  fold: {},
  write: async () => {},
};

describe("an event that this program does not know", () => {
  it.each([
    ["of another type", "type = 'TaskPainted'", "Event type TaskPainted version 1"],
    ["of a newer version", "schema_version = 2", "Event type TaskRenamed version 2"],
    [
      "that it would not even use",
      "type = 'BoardMoved', stream_name = 'org-x'",
      "Event type BoardMoved version 1",
    ],
  ])("%s stops the projection right before it", async (_, assignment, message) => {
    const orgId = await organizationWith(0);
    await log.append(`task-${TASK}`, [renamed("before"), renamed("unknown"), renamed("after")], orgId);
    await log.tamper(`update events set ${assignment} where org_id = $1 and position = 4`, [orgId]);
    const error = `${message} is not known here: this program is older than the log.`;
    for (let time = 1; time <= 2; time += 1) {
      await expect(project(orgId)).rejects.toThrow(error);
      expect(await checkpoint(orgId)).toEqual({ position: 3, version: 1, error });
      expect((await rowsOf(log, taskState, orgId)).task_state).toMatchObject([{ title: "before" }]);
    }
  });
});

describe("rows of another version of the projection", () => {
  it("are made anew before anything is added to them", async () => {
    const orgId = await organizationWith(4);
    await project(orgId);
    await log.pool.query("update projections.run_state set input_tokens = 1000 where org_id = $1", [orgId]);
    await log.append(`transcript-${RUN}`, [call], orgId);
    await project(orgId, { ...taskState, version: 2 });
    expect(await tokens(orgId)).toBe(5);
    expect(await checkpoint(orgId)).toEqual({ position: 7, version: 2, error: null });
  });

  it("stay as they were when the rebuild fails", async () => {
    const orgId = await organizationWith(4);
    await project(orgId);
    const before = await rowsOf(log, taskState, orgId);
    const failing = around(async (real) => {
      await real();
      throw new Error("no");
    });
    await expect(rebuildProjection(log.pool, failing, orgId)).rejects.toThrow("no");
    expect(await rowsOf(log, taskState, orgId)).toEqual(before);
    expect(await checkpoint(orgId)).toEqual({ position: 6, version: 1, error: null });
  });
});
