import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTaskAnswerSchema, taskAnswerSchema } from "../../../core/api.ts";
import { MAX_TASK_TEXT_CHARS } from "../../../core/limits.ts";
import { saveModels } from "../../../sql/models-table.ts";
import { startGateway, type TestGateway } from "../../support/build-app.ts";
import { seedProject } from "../../support/gateway/seeds.ts";
import { startWorkerSide, type WorkerSide } from "../../support/gateway/worker-side.ts";

let gateway: TestGateway;
let worker: WorkerSide;
let projectId: string;

const model = {
  ...{
    name: "Rehearsal",
    provider: "demo",
    scripted: true,
    reasoning: false,
    contextWindow: 1_000,
    price: null,
  },
};

beforeAll(async () => {
  gateway = await startGateway();
  worker = await startWorkerSide(gateway.db);
  projectId = await seedProject(worker.store, gateway.db.orgId);
  const models = [
    { ...model, ref: "demo/rehearsal", available: true },
    { ...model, ref: "openai/gpt-5", available: false },
  ];
  await saveModels(worker.pool, models, "demo/rehearsal");
});

afterAll(async () => {
  await worker.close();
  await gateway.close();
});

function wish(given: Record<string, unknown> = {}) {
  const ids = { commandId: randomUUID(), taskId: randomUUID(), runId: randomUUID() };
  return { ...ids, projectId, text: "Say hello\nin three languages", model: "demo/rehearsal", ...given };
}

test("creates the task and requests its run; the answer's position shows both", async () => {
  const asked = wish({ baseBranch: "main" });
  const started = await gateway.post("/api/v1/tasks", asked);
  expect(started.status).toBe(200);
  const { position } = startTaskAnswerSchema.parse(started.body);
  const { body } = await gateway.get(`/api/v1/tasks/${asked.taskId}?after=${position}`);
  const { task } = taskAnswerSchema.parse(body);
  expect(task.title).toBe("Say hello");
  expect(task.runs.map(({ runId, status, baseBranch }) => ({ runId, status, baseBranch }))).toEqual([
    { runId: asked.runId, status: "queued", baseBranch: "main" },
  ]);
});

test("the same request again changes nothing and gets the same answer", async () => {
  const asked = wish();
  const answers = await Promise.all([1, 2, 3].map(() => gateway.post("/api/v1/tasks", asked)));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  const again = await gateway.post("/api/v1/tasks", asked);
  expect(again.body).toEqual(answers[0]?.body);
  const { body } = await gateway.get(`/api/v1/runs/${asked.runId}/events`);
  expect(body).toMatchObject({ events: [{ type: "RunRequested" }] });
});

test("a request whose first half alone got through is completed by sending it again", async () => {
  const asked = wish();
  const first = { type: "CreateTask", data: { taskId: asked.taskId, projectId, text: asked.text } };
  const { derivedId } = await import("../../../gateway/person-commands/derived-id.ts");
  const commandId = derivedId(asked.commandId, "CreateTask");
  expect((await gateway.post("/api/v1/commands", { commandId, command: first })).status).toBe(200);
  expect((await gateway.post("/api/v1/tasks", asked)).status).toBe(200);
});

test("the run's job is waiting once the answer is there", async () => {
  await gateway.post("/api/v1/tasks", wish());
  const jobs = await gateway.db.query<{ key: string }>("select key from graphile_worker.jobs");
  expect(jobs).toEqual([{ key: "dispatch" }]);
});

test.each([
  ["an empty text", { text: "" }, 400],
  ["a text of blanks", { text: " \n " }, 400],
  ["a text over the limit", { text: "x".repeat(MAX_TASK_TEXT_CHARS + 1) }, 400],
  ["a text of 200,000 characters", { text: "x".repeat(200_000) }, 400],
  ["a NUL in the text", { text: "a\0b" }, 400],
  ["half a character in the text", { text: "a\ud800" }, 400],
  ["an unknown model", { model: "demo/none" }, 400],
  ["a model without a key", { model: "openai/gpt-5" }, 400],
  ["a model that is no reference", { model: "gpt" }, 400],
  ["a project that is not here", { projectId: randomUUID() }, 404],
  ["an id that is none", { taskId: "7" }, 400],
  ["a field too many", { budget: 7 }, 400],
])("%s is refused and nothing is recorded", async (_what, given, status) => {
  const asked = wish(given);
  const answer = await gateway.post("/api/v1/tasks", asked);
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({
    error: { code: expect.any(String), message: expect.stringMatching(/[.]$/) },
  });
  const stored = await gateway.db.query("select from events where stream_name in ($1, $2)", [
    `task-${asked.taskId}`,
    `run-${asked.runId}`,
  ]);
  expect(stored).toEqual([]);
});

test("a text at the limit is accepted", async () => {
  const answer = await gateway.post("/api/v1/tasks", wish({ text: "x".repeat(MAX_TASK_TEXT_CHARS) }));
  expect(answer.status).toBe(200);
});
