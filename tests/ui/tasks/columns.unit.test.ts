import { describe, expect, test } from "vitest";
import type { Model, Task } from "../../../ui/api.ts";
import { byColumn, columnOf, costOf, modelName, standing } from "../../../ui/tasks/columns.ts";
import { USAGE, uuid } from "../support/recorded.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
type RunStatus = NonNullable<Task["runs"][0]>["status"];

function task(status: Task["status"], run: RunStatus | null, number = 1): Task {
  const summary = run && {
    runId: uuid(number),
    taskId: uuid(number),
    projectId: uuid(9),
    attempt: 1,
    status: run,
    model: "demo/rehearsal",
    branch: "b",
    baseBranch: null,
    commit: null,
    error: null,
    usage: USAGE,
    requestedAt: "2026-11-23T11:00:00Z",
    startedAt: run === "queued" ? null : "2026-11-23T11:58:00Z",
    endedAt: null,
  };
  return {
    taskId: uuid(number),
    number,
    projectId: uuid(9),
    projectName: "p",
    title: "t",
    text: "t",
    status,
    createdAt: "2026-11-23T11:00:00Z",
    createdBy: uuid(3),
    runs: summary ? [summary] : [],
  };
}

describe("columns", () => {
  test.each<[Task["status"], RunStatus | null, string]>([
    ["open", null, "queued"],
    ["open", "queued", "queued"],
    ["open", "starting", "running"],
    ["open", "running", "running"],
    ["open", "attention", "attention"],
    ["open", "paused", "attention"],
    ["open", "completed", "review"],
    ["open", "error", "done"],
    ["open", "aborted", "done"],
    ["in_review", "completed", "review"],
    ["done", "completed", "done"],
    ["cancelled", "queued", "done"],
  ])("a task %s with a run %s stands under %s", (status, run, column) => {
    expect(columnOf(task(status, run))).toBe(column);
  });

  test("the queue is served oldest first, everything else shows newest first", () => {
    const columns = byColumn([task("open", "queued", 3), task("open", "queued", 2), task("done", null, 1)]);
    expect(columns.queued.map(({ number }) => number)).toEqual([2, 3]);
    expect(columns.done).toHaveLength(1);
  });

  test.each<[Task["status"], RunStatus | null, number, string]>([
    ["open", "queued", 0, "Next"],
    ["open", "queued", 2, "3 in line"],
    ["open", "running", 0, ""],
    ["open", "attention", 0, "waits 2 min"],
    ["open", "error", 0, "Failed"],
    ["open", "aborted", 0, "Stopped"],
    ["done", "completed", 0, "Accepted"],
  ])("a task %s with a run %s at place %i says %j", (status, run, place, text) => {
    expect(standing(task(status, run), place, NOW)).toBe(text);
  });
});

const NOTHING = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costMicrodollars: 0,
};
const PRICE = { input: 3, output: 15, cacheRead: 0, cacheWrite: 0 };
const model = (ref: string, more: Partial<Model>): Model => ({
  ref,
  name: ref,
  provider: "custom",
  scripted: false,
  available: true,
  reasoning: false,
  contextWindow: 8_000,
  price: null,
  ...more,
});

describe("what a run has cost", () => {
  const models = {
    defaultModel: "demo/rehearsal",
    models: [
      model("custom/free", {}),
      model("custom/dear", { price: PRICE }),
      model("demo/rehearsal", { scripted: true }),
    ],
  };

  test.each([
    ["custom/free", NOTHING, "no price"],
    ["custom/dear", NOTHING, "$0.00"],
    ["demo/rehearsal", NOTHING, "$0.00"],
    ["custom/gone", NOTHING, "—"],
    ["custom/gone", { ...USAGE, costMicrodollars: 1_840_000 }, "$1.84"],
    ["custom/dear", { ...USAGE, costMicrodollars: null }, "no price"],
    ["custom/free", { ...USAGE, costMicrodollars: 1_840_000 }, "$1.84"],
  ])("of %s after %j is %s", (ref, usage, text) => {
    expect(costOf({ model: ref, usage }, models)).toBe(text);
  });

  test("is unknown before the models are", () => {
    expect(costOf({ model: "custom/free", usage: NOTHING }, null)).toBe("—");
  });
});

test("the scripted model is named as such", () => {
  expect([modelName("demo/rehearsal"), modelName("custom/org/model")]).toEqual(["Rehearsal", "org/model"]);
});
