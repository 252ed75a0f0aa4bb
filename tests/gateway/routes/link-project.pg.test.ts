import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { linkProjectAnswerSchema, projectAnswerSchema } from "../../../core/api.ts";
import { RepositoryError } from "../../../core/errors.ts";
import { makeVault } from "../../../sql/vault.ts";
import { startGateway, TEST_KEY, type TestGateway } from "../../support/build-app.ts";
import { startWorkerSide, type WorkerSide } from "../../support/gateway/worker-side.ts";

let gateway: TestGateway;
let worker: WorkerSide;
const CANARY = "canary-5f1d9c";

beforeAll(async () => {
  gateway = await startGateway();
  worker = await startWorkerSide(gateway.db, {
    async probe_repository({ url }) {
      if (url.includes("missing"))
        throw new RepositoryError("The repository was not found: check its address.");
      return { kind: "https", name: "project", defaultBranch: "main", branches: ["main", "next"] };
    },
  });
});

afterAll(async () => {
  await worker.close();
  await gateway.close();
});

function wish(given: Record<string, unknown> = {}) {
  return {
    projectId: randomUUID(),
    commandId: randomUUID(),
    url: "https://example.com/team/project.git",
    ...given,
  };
}

function secrets() {
  return gateway.db.query<{ id: string }>("select id from vault where org_id = $1", [gateway.db.orgId]);
}

test("links a repository that a worker has reached", async () => {
  const asked = wish();
  const { status, body } = await gateway.post("/api/v1/projects", asked);
  expect(status).toBe(200);
  const { position, probe } = linkProjectAnswerSchema.parse(body);
  expect(probe.branches).toEqual(["main", "next"]);
  const one = await gateway.get(`/api/v1/projects/${asked.projectId}?after=${position}`);
  expect(projectAnswerSchema.parse(one.body).project).toMatchObject({
    name: "project",
    url: asked.url,
    kind: "https",
  });
});

test("credentials go to the vault and nowhere else", async () => {
  const asked = wish({ url: `https://me:${CANARY}@example.com/private.git`, name: "Private" });
  const { body } = await gateway.post("/api/v1/projects", asked);
  expect(JSON.stringify(body)).not.toContain(CANARY);
  const question = worker.asked.at(-1)?.question;
  expect(question).toEqual({ url: "https://example.com/private.git", credentialId: expect.any(String) });
  const [event] = await gateway.db.query<{ data: unknown }>(
    "select data from events where stream_name = $1",
    [`project-${asked.projectId}`],
  );
  expect(event?.data).toMatchObject({
    name: "Private",
    repository: { url: "https://example.com/private.git" },
  });
  const everything = await gateway.db.query(
    "select e::text from events e union all select a::text from asks a union all select v::text from vault v",
  );
  expect(JSON.stringify(everything)).not.toContain(CANARY);
  expect(gateway.logged.join()).not.toContain(CANARY);
  const vault = makeVault(worker.pool, TEST_KEY);
  const [sealed] = await secrets();
  expect(JSON.parse(await vault.open(gateway.db.orgId, sealed?.id ?? ""))).toEqual({
    username: "me",
    password: CANARY,
  });
});

test("the same request again changes nothing and leaves no second secret", async () => {
  const asked = wish({ url: `https://me:${CANARY}@example.com/again.git` });
  const first = await gateway.post("/api/v1/projects", asked);
  const before = await secrets();
  const again = await gateway.post("/api/v1/projects", asked);
  expect(again.status).toBe(200);
  expect(again.body).toEqual(first.body);
  expect(await secrets()).toEqual(before);
});

test("a repository that cannot be reached is not linked, and its secret is removed", async () => {
  const before = await secrets();
  const refused = await gateway.post(
    "/api/v1/projects",
    wish({ url: `https://me:${CANARY}@example.com/missing.git` }),
  );
  expect(refused).toMatchObject({ status: 422, body: { error: { code: "repository" } } });
  expect(await secrets()).toEqual(before);
});

test.each([
  ["a helper program", { url: "ext::sh -c id" }],
  ["a token as a parameter", { url: `https://example.com/p?token=${CANARY}` }],
  ["a branch that is not there", { defaultBranch: "none" }],
  ["nothing", { url: "" }],
  ["a NUL", { url: "https://example.com/\0" }],
  ["an endless address", { url: `https://example.com/${"x".repeat(3_000)}` }],
])("%s is refused with one sentence", async (_what, given) => {
  const refused = await gateway.post("/api/v1/projects", wish(given));
  expect(refused).toMatchObject({ status: 400, body: { error: { code: "bad_input" } } });
  expect(JSON.stringify(refused.body)).not.toContain(CANARY);
});

test("without a worker the time-out says so", async () => {
  const alone = await startGateway({ settings: { ASK_TIMEOUT_MS: "50" } });
  const refused = await alone.post("/api/v1/projects", wish());
  expect(refused).toMatchObject({ status: 504, body: { error: { code: "ask_timeout" } } });
  await alone.close();
});
