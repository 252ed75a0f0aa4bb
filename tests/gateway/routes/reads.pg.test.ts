import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  modelsAnswerSchema,
  projectsAnswerSchema,
  runAnswerSchema,
  runEventsAnswerSchema,
  sessionSchema,
  taskAnswerSchema,
  tasksAnswerSchema,
} from "../../../core/api.ts";
import { NotFound } from "../../../core/errors.ts";
import { saveModels } from "../../../sql/models-table.ts";
import { startGateway, type TestGateway } from "../../support/build-app.ts";
import { append, notice, type SeededRun, seedRun } from "../../support/gateway/seeds.ts";
import { startWorkerSide, type WorkerSide } from "../../support/gateway/worker-side.ts";

let gateway: TestGateway;
let worker: WorkerSide;
let run: SeededRun;
let head: number;

beforeAll(async () => {
  gateway = await startGateway();
  worker = await startWorkerSide(gateway.db, {
    machine_checks: async () => ({ checks: [], durationMs: 3 }),
    async file_at_checkpoint({ path, at }) {
      if (path === "gone") throw new NotFound("There is no such file in the checkpoint.");
      return { position: at ?? 9, tree: "a".repeat(40), size: 5, text: "hello" };
    },
  });
  run = await seedRun(worker.store, gateway.db.orgId, true);
  const place = { orgId: gateway.db.orgId, stream: `transcript-${run.runId}` };
  head = (await append(worker.store, place, [notice("one"), notice("two")])).position;
});

afterAll(async () => {
  await worker.close();
  await gateway.close();
});

test("GET /api/v1/session says who asks", async () => {
  const { status, body } = await gateway.get("/api/v1/session");
  expect(status).toBe(200);
  const session = sessionSchema.parse(body);
  expect(session.organization.id).toBe(gateway.db.orgId);
  expect(session.person.id).toBe(gateway.db.personId);
  expect(session.role).toBe("owner");
});

test("GET /api/v1/models gives the catalogue that the worker wrote", async () => {
  const model = {
    ...{ ref: "demo/rehearsal", name: "Rehearsal", provider: "demo", scripted: true, available: true },
    ...{ reasoning: false, contextWindow: 1_000, price: null },
  };
  await saveModels(worker.pool, [model], model.ref);
  const { body } = await gateway.get("/api/v1/models");
  expect(modelsAnswerSchema.parse(body)).toEqual({ defaultModel: model.ref, models: [model] });
});

test("GET /api/v1/checks is answered by a worker", async () => {
  const { status, body } = await gateway.get("/api/v1/checks");
  expect([status, body]).toEqual([200, { checks: [], durationMs: 3 }]);
});

test("GET /api/v1/projects and /:projectId", async () => {
  const { body } = await gateway.get(`/api/v1/projects?after=${head}`);
  const answer = projectsAnswerSchema.parse(body);
  expect(answer.position).toBeGreaterThanOrEqual(head);
  expect(answer.projects.map(({ projectId }) => projectId)).toEqual([run.projectId]);
  const one = await gateway.get(`/api/v1/projects/${run.projectId}`);
  expect(one.body).toMatchObject({ project: { projectId: run.projectId, name: "sample" } });
});

test("GET /api/v1/tasks and /:taskId show the task with its run", async () => {
  const list = tasksAnswerSchema.parse((await gateway.get(`/api/v1/tasks?after=${head}`)).body);
  expect(list.tasks).toHaveLength(1);
  const one = taskAnswerSchema.parse((await gateway.get(`/api/v1/tasks/${run.taskId}?after=${head}`)).body);
  expect(one.task).toMatchObject({ taskId: run.taskId, number: 1, title: "Say hello", status: "open" });
  expect(one.task.runs.map(({ runId, status }) => [runId, status])).toEqual([[run.runId, "running"]]);
});

test("GET /api/v1/runs/:runId gives the run, its task and its project", async () => {
  const answer = runAnswerSchema.parse((await gateway.get(`/api/v1/runs/${run.runId}?after=${head}`)).body);
  expect(answer.run.runId).toBe(run.runId);
  expect(answer.task.taskId).toBe(run.taskId);
  expect(answer.project.projectId).toBe(run.projectId);
});

test("GET /api/v1/runs/:runId/events gives pages that follow on each other", async () => {
  const path = `/api/v1/runs/${run.runId}/events`;
  const first = runEventsAnswerSchema.parse((await gateway.get(`${path}?limit=3`)).body);
  expect(first.events.map(({ type }) => type)).toEqual(["RunRequested", "RunClaimed", "RunStarted"]);
  expect(first.from).toBe(1);
  const rest = runEventsAnswerSchema.parse((await gateway.get(`${path}?after=${first.to}`)).body);
  expect(rest.from).toBe(first.to + 1);
  expect(rest.events.map(({ type }) => type)).toEqual(["NoticeGiven", "NoticeGiven"]);
  expect(rest.to).toBeGreaterThanOrEqual(head);
});

test("GET /api/v1/runs/:runId/files is answered by a worker, with its errors", async () => {
  const path = `/api/v1/runs/${run.runId}/files`;
  const newest = await gateway.get(`${path}?path=src/a%20b.ts`);
  expect(newest).toMatchObject({ status: 200, body: { text: "hello", position: 9 } });
  expect(worker.asked.at(-1)?.question).toEqual({ runId: run.runId, path: "src/a b.ts", at: null });
  expect(await gateway.get(`${path}?path=x&at=5`)).toMatchObject({ status: 200, body: { position: 5 } });
  expect(await gateway.get(`${path}?path=gone`)).toMatchObject({
    status: 404,
    body: { error: { code: "not_found" } },
  });
});

test("what is not here is not found: unknown ids and those of another organization alike", async () => {
  const other = await gateway.db.addOrganization();
  const theirs = await seedRun(worker.store, other.orgId);
  const unknown = { projectId: randomUUID(), taskId: randomUUID(), runId: randomUUID() };
  for (const { projectId, taskId, runId } of [theirs, unknown]) {
    for (const path of [
      `projects/${projectId}`,
      `tasks/${taskId}`,
      `runs/${runId}`,
      `runs/${runId}/events`,
      `runs/${runId}/files?path=a`,
    ]) {
      const { status, body } = await gateway.get(`/api/v1/${path}`);
      expect([path, status]).toEqual([path, 404]);
      expect(body).toMatchObject({ error: { code: "not_found" } });
    }
  }
});

test.each([
  "/api/v1/tasks/not-a-uuid",
  "/api/v1/tasks/%00",
  "/api/v1/runs/..%2f..%2fetc",
  "/api/v1/tasks?after=-1",
  "/api/v1/tasks?after=many",
  "/api/v1/tasks?after=1e400",
  `/api/v1/runs/${randomUUID()}/events?limit=0`,
  `/api/v1/runs/${randomUUID()}/events?limit=100000`,
  `/api/v1/runs/${randomUUID()}/files`,
  `/api/v1/runs/${randomUUID()}/files?path=a%00b`,
  "/api/v1/blobs/abc",
])("GET %s is refused in one sentence", async (path) => {
  const { status, body } = await gateway.get(path);
  expect(status).toBe(400);
  expect(body).toEqual({ error: { code: "bad_input", message: expect.stringMatching(/\S.{20,}[.]$/) } });
});

test("a read waits for the projection only so long, then says where it is", async () => {
  const { status, body } = await gateway.get("/api/v1/tasks?after=999999999");
  expect(status).toBe(200);
  expect(tasksAnswerSchema.parse(body).position).toBeLessThan(999_999_999);
});
