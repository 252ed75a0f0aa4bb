import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../../support/build-app.ts";
import { type SeededRun, seedRun } from "../../support/gateway/seeds.ts";

let gateway: TestGateway;
let run: SeededRun;

beforeAll(async () => {
  gateway = await startGateway();
  run = await seedRun(gateway.deps.store, gateway.db.orgId, true);
});

afterAll(() => gateway.close());

function give(type: string, data: Record<string, unknown>, commandId: string = randomUUID()) {
  return gateway.post("/api/v1/commands", { commandId, command: { type, data } });
}

test("steers a run, and a repeat gets the first answer", async () => {
  const commandId = randomUUID();
  const data = { runId: run.runId, messageId: randomUUID(), text: "to the left" };
  const first = await give("SteerRun", data, commandId);
  expect(first).toMatchObject({ status: 200, body: { position: expect.any(Number), version: 4 } });
  const again = await give("SteerRun", data, commandId);
  expect(again.body).toEqual(first.body);
});

test("the log names the person who gave the command", async () => {
  const { body } = await give("RenameTask", { taskId: run.taskId, title: "Another name" });
  const [event] = await gateway.db.query<{ metadata: unknown }>(
    "select metadata from events where org_id = $1 and type = 'TaskRenamed'",
    [gateway.db.orgId],
  );
  expect(body).toMatchObject({ position: expect.any(Number) });
  expect(event?.metadata).toMatchObject({ actor: { kind: "person", id: gateway.db.personId } });
});

test("a decider's refusal is a conflict with its sentence", async () => {
  const refused = await give("AcceptTask", { taskId: run.taskId, runId: run.runId });
  expect(refused.status).toBe(409);
  expect(refused.body).toMatchObject({ error: { code: "command_rejected" } });
});

test("a command id that was used for something else is refused", async () => {
  const commandId = randomUUID();
  await give("RenameTask", { taskId: run.taskId, title: "Once" }, commandId);
  const reused = await give("SteerRun", { runId: run.runId, messageId: randomUUID(), text: "x" }, commandId);
  expect(reused.status).toBeGreaterThanOrEqual(400);
  expect(reused.status).toBeLessThan(500);
});

test.each([
  "ClaimRun",
  "CompleteRun",
  "FailRun",
  "ConfirmAbort",
  "SubmitForReview",
  "LinkProject",
  "Nothing",
])("%s cannot be given by a person", async (type) => {
  const refused = await give(type, { runId: run.runId });
  expect([refused.status, refused.body]).toMatchObject([403, { error: { code: "forbidden" } }]);
});

test("what is another organization's is not found", async () => {
  const other = await gateway.db.addOrganization();
  const theirs = await seedRun(gateway.deps.store, other.orgId, true);
  const refused = [
    await give("SteerRun", { runId: theirs.runId, messageId: randomUUID(), text: "x" }),
    await give("AbortRun", { runId: theirs.runId }),
    await give("CancelTask", { taskId: theirs.taskId, reason: "" }),
    await give("CreateTask", { taskId: randomUUID(), projectId: theirs.projectId, text: "x" }),
    await give("RequestRun", requestFor(theirs)),
  ];
  expect(refused.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
});

test("a second run of a task can be asked for, but not for another project", async () => {
  expect((await give("RequestRun", requestFor(run))).status).toBe(200);
  const wrong = await give("RequestRun", { ...requestFor(run), projectId: randomUUID() });
  expect(wrong).toMatchObject({ status: 400, body: { error: { code: "bad_input" } } });
});

function requestFor({ taskId, projectId }: SeededRun) {
  return { runId: randomUUID(), taskId, projectId, prompt: "again", title: "Again", model: "demo/rehearsal" };
}

test.each([
  ["no JSON", "{"],
  ["an array", "[]"],
  ["nothing", "{}"],
  [
    "a prototype",
    '{"__proto__":{"x":1},"commandId":"00000000-0000-4000-8000-000000000001","command":{"type":"AbortRun","data":{}}}',
  ],
  ["a command id that is none", '{"commandId":"1","command":{"type":"AbortRun","data":{}}}'],
  [
    "a NUL",
    '{"commandId":"00000000-0000-4000-8000-000000000001","command":{"type":"AbortRun","data":{"runId":"\\u0000"}}}',
  ],
  [
    "deep nesting",
    `{"commandId":"00000000-0000-4000-8000-000000000001","command":{"type":"AbortRun","data":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`,
  ],
])("%s is refused with 400", async (_what, body) => {
  const refused = await gateway.post("/api/v1/commands", body);
  expect(refused).toMatchObject({ status: 400, body: { error: { code: "bad_input" } } });
});
