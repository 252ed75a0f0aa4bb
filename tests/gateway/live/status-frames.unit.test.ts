import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { RecordedEvent } from "../../../core/event.ts";
import { statusFrames } from "../../../gateway/live/status-frames.ts";
import { recorded } from "../../support/gateway/recorded.ts";

const runId = "00000000-0000-4000-8000-000000000002";
const questionId = "00000000-0000-4000-8000-000000000003";
const question = { questionId, kind: "text", prompt: "Which?", options: [], command: null, expiresAt: null };

const history: RecordedEvent[] = [
  recorded(1, {
    type: "RunRequested",
    data: {
      taskId: randomUUID(),
      projectId: randomUUID(),
      prompt: "Do it",
      model: "demo/rehearsal",
      thinkingLevel: "off",
      baseBranch: null,
      branch: "pihordev/do-it-000000",
      attempt: 1,
      budgetMicrodollars: null,
      forkedFrom: null,
    },
  }),
  recorded(2, { type: "RunClaimed", data: { holder: "w" } }),
  recorded(3, { type: "RunStarted", data: { baseBranch: "main", baseCommit: null } }),
  recorded(4, { type: "AttentionRequested", data: question }),
  recorded(5, { type: "RunPaused", data: { reason: "person", detail: "" } }),
  recorded(6, { type: "RunResumed", data: { reason: "person" } }),
];
const readRun = async () => history;

async function statusAfter(event: RecordedEvent): Promise<string[]> {
  const frames = await statusFrames(event, "log", readRun);
  return frames.map((frame) => (frame.type === "agent_status" ? frame.status : frame.type));
}

test("each event that changes a run's status is followed by it", async () => {
  const told = await Promise.all(history.slice(0, 5).map(statusAfter));
  expect(told).toEqual([["queued"], ["starting"], ["running"], ["attention", "agent_attention"], ["paused"]]);
});

test("a run that is resumed over an open question waits for its answer again", async () => {
  expect(await statusAfter(recorded(6, { type: "RunResumed" }))).toEqual(["attention"]);
});

test.each([
  ["RunCompleted", "completed"],
  ["RunFailed", "error"],
  ["RunAborted", "aborted"],
  ["AttentionAnswered", "running"],
])("after %s the run is %s", async (type, status) => {
  expect(await statusAfter(recorded(7, { type }))).toEqual([status]);
});

test.each(["RunTakenOver", "RunSteered", "RunAbortRequested", "TaskCreated", "ToolCallFinished"])(
  "%s changes no status",
  async (type) => expect(await statusFrames(recorded(7, { type }), "log", readRun)).toEqual([]),
);

test("a question names its run, its id and its position", async () => {
  const [, attention] = await statusFrames(
    recorded(4, { type: "AttentionRequested", data: question }),
    "log",
    readRun,
  );
  expect(attention).toEqual({ type: "agent_attention", subscription: "log", runId, questionId, position: 4 });
});

test("a question whose words were erased still changes the status", async () => {
  expect(await statusAfter(recorded(4, { type: "AttentionRequested", data: null }))).toEqual(["attention"]);
});
