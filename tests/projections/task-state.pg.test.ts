import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evolveRun, noRun } from "../../core/run/state.ts";
import { evolveTask, noTask } from "../../core/task/state.ts";
import { taskState } from "../../projections/task-state/projection.ts";
import { uuid } from "../support/given.ts";
import { givenRows } from "../support/log/given-rows.ts";
import {
  PROJECT,
  RUN,
  run,
  runHistories,
  TASK,
  task,
  taskHistories,
  usage,
} from "../support/log/histories.ts";
import { openLog, type TestLog, WORKER } from "../support/log/open-log.ts";

let log: TestLog;
let given: ReturnType<typeof givenRows>;
beforeAll(async () => {
  log = await openLog();
  given = givenRows(log, taskState);
});
afterAll(() => log.close());

const T = `task-${TASK}`;
const R = `run-${RUN}`;
const S = `transcript-${RUN}`;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+00:00$/);

const call = (costMicrodollars: number | null) => ({
  type: "LlmCallFinished",
  data: {
    ...{
      callId: uuid(50),
      model: "demo/rehearsal",
      price: null,
      costMicrodollars,
      stopReason: "stop",
      error: null,
    },
    ...{ inputTokens: 10, outputTokens: 20, cacheReadTokens: 3, cacheWriteTokens: 4 },
    ...{ timeToFirstTokenMs: 1, durationMs: 2 },
  },
});

describe("task_state", () => {
  it("has a row a task, as it was created", async () => {
    const { rows } = await given([T, task.created]);
    expect(rows.task_state).toEqual([
      {
        task_id: TASK,
        number: 1,
        project_id: PROJECT,
        title: "Fix the date",
        text: "Fix the date",
        status: "open",
        created_at: time,
        created_by: WORKER.id,
      },
    ]);
  });

  it("numbers tasks by their rank in the organization", async () => {
    const streams = [3, 1, 2].map((number) => `task-${uuid(number)}`);
    const { rows } = await given(...streams.map((stream) => [stream, task.created] as const));
    const ranks = rows.task_state?.map((row) => `${row.task_id} #${row.number}`);
    expect(ranks?.sort()).toEqual([`${uuid(1)} #2`, `${uuid(2)} #3`, `${uuid(3)} #1`]);
  });

  it("has the newest title", async () => {
    const { rows } = await given(
      [T, task.created],
      [T, { type: "TaskRenamed", data: { title: "Two" } }, { type: "TaskRenamed", data: { title: "Three" } }],
    );
    expect(rows.task_state).toMatchObject([{ title: "Three" }]);
  });

  it.each(Object.entries(taskHistories).slice(1))(
    "says what the decider says of a task that is %s",
    async (_, events) => {
      const { rows } = await given([T, ...events]);
      expect(rows.task_state?.[0]?.status).toBe(events.reduce(evolveTask, noTask).status);
    },
  );
});

describe("run_state", () => {
  it("has a row a run, as it was requested", async () => {
    const { rows } = await given([R, run.requested]);
    expect(rows.run_state).toEqual([
      {
        ...{
          run_id: RUN,
          task_id: TASK,
          project_id: PROJECT,
          attempt: 1,
          status: "queued",
          question_id: null,
        },
        ...{ model: "demo/rehearsal", branch: run.requested.data.branch, base_branch: null, commit: null },
        ...{ error_code: null, error_message: null, requested_position: 1, requested_at: time },
        ...{
          input_tokens: 0,
          output_tokens: 0,
          cache_read_tokens: 0,
          cache_write_tokens: 0,
          cost_microdollars: 0,
        },
        ...{ started_at: null, ended_at: null },
      },
    ]);
  });

  const continued = {
    answered: [...runHistories.attention, run.answered],
    resumed: [...runHistories.paused, run.resumed],
    "resumed with a question": [...runHistories["paused with a question"], run.resumed],
    "taken over": [...runHistories.running, run.takenOver, run.steered],
  };
  it.each([...Object.entries(runHistories).slice(1), ...Object.entries(continued)])(
    "says what the decider says of a run that is %s",
    async (_, events) => {
      const { rows } = await given([R, ...events]);
      expect(rows.run_state?.[0]?.status).toBe(events.reduce(evolveRun, noRun).status);
    },
  );

  it("knows the base branch once the run has started, and when that was", async () => {
    const { rows } = await given([R, ...runHistories.running]);
    expect(rows.run_state).toMatchObject([{ base_branch: "main", started_at: time, ended_at: null }]);
  });

  it("leaves the base branch of an empty repository open", async () => {
    const started = { type: "RunStarted", data: { baseBranch: "", baseCommit: null } };
    const { rows } = await given([R, run.requested, run.claimed, started]);
    expect(rows.run_state).toMatchObject([{ base_branch: null }]);
  });

  it("has the commit of a completed run", async () => {
    const { rows } = await given([R, ...runHistories.completed]);
    expect(rows.run_state).toMatchObject([
      { commit: run.completed.data.commit, ended_at: time, question_id: null },
    ]);
  });

  it("has the error of a failed run", async () => {
    const { rows } = await given([R, ...runHistories.error]);
    expect(rows.run_state).toMatchObject([
      { error_code: "model", error_message: "No model.", ended_at: time },
    ]);
  });

  it("adds up the calls of the transcript, wherever they lie between other events", async () => {
    const { rows } = await given(
      [R, run.requested, run.claimed],
      [S, call(55), { type: "NoticeGiven", data: { text: "x" } }],
      [R, run.started],
      [S, call(45)],
      [R, { ...run.completed, data: { ...run.completed.data, usage } }],
    );
    expect(rows.run_state).toMatchObject([
      {
        input_tokens: 20,
        output_tokens: 40,
        cache_read_tokens: 6,
        cache_write_tokens: 8,
        cost_microdollars: 100,
      },
    ]);
  });

  it("has no cost once a call had no price", async () => {
    const { rows } = await given([R, run.requested], [S, call(55), call(null), call(45)]);
    expect(rows.run_state).toMatchObject([{ input_tokens: 30, cost_microdollars: null }]);
  });

  it("keeps runs of one task apart", async () => {
    const other = uuid(30);
    const { rows } = await given(
      [R, run.requested],
      [`run-${other}`, run.requested, run.claimed],
      [S, call(5)],
    );
    expect(rows.run_state?.map((row) => [row.run_id, row.status, row.cost_microdollars])).toEqual([
      [RUN, "queued", 5],
      [other, "starting", 0],
    ]);
  });
});
