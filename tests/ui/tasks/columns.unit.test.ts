import { describe, expect, test } from "vitest";
import type { Task } from "../../../ui/api.ts";
import { byColumn, columnOf, modelName, standing, timeAtWork } from "../../../ui/tasks/columns.ts";
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

test("the time at work runs from the start", () => {
  const run = task("open", "running").runs[0];
  expect(run && timeAtWork(run, NOW)).toBe(120_000);
  expect(run && timeAtWork({ ...run, endedAt: "2026-11-23T11:59:00Z" }, NOW)).toBe(60_000);
  expect(run && timeAtWork({ ...run, startedAt: null }, NOW)).toBeNull();
});

test("the scripted model is named as such", () => {
  expect([modelName("demo/rehearsal"), modelName("custom/org/model")]).toEqual(["Rehearsal", "org/model"]);
});
