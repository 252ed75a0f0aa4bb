import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { startGateway, type TestGateway } from "../support/build-app.ts";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(() => gateway.close());

test("every route, with what it asks for", () => {
  const rows = gateway.routes
    .filter(({ url }) => !url.startsWith("/api/docs"))
    .map(({ method, url, permission }) => `${method} ${url}: ${permission}`);
  expect(rows.toSorted()).toMatchInlineSnapshot(`
    [
      "GET /*: public",
      "GET /api/openapi.json: public",
      "GET /api/v1/blobs/:sha: read:blobs",
      "GET /api/v1/checks: read:checks",
      "GET /api/v1/models: read:models",
      "GET /api/v1/projects/:projectId: read:projects",
      "GET /api/v1/projects: read:projects",
      "GET /api/v1/runs/:runId/events: read:log",
      "GET /api/v1/runs/:runId/files: read:files",
      "GET /api/v1/runs/:runId: read:tasks",
      "GET /api/v1/session: member",
      "GET /api/v1/tasks/:taskId: read:tasks",
      "GET /api/v1/tasks: read:tasks",
      "GET /healthz: public",
      "GET /ws: read:log",
      "POST /api/v1/commands: by command",
      "POST /api/v1/projects: LinkProject",
      "POST /api/v1/tasks: RequestRun",
    ]
  `);
});

test("GET /healthz answers while the database does", async () => {
  const { status, body } = await gateway.get("/healthz");
  expect([status, body]).toEqual([200, { ok: true }]);
});

test("GET /api/openapi.json describes every route of the API", async () => {
  const { status, body } = await gateway.get("/api/openapi.json");
  expect(status).toBe(200);
  expect(body).toMatchObject({ openapi: "3.1.0" });
  const documented = Object.keys(z.object({ paths: z.record(z.string(), z.unknown()) }).parse(body).paths);
  const routes = gateway.routes.map(({ url }) => url.replace(/:(\w+)/g, "{$1}"));
  expect(documented.toSorted()).toEqual(
    [...new Set(routes.filter((url) => url.startsWith("/api/v1/")))].toSorted(),
  );
});

test("GET /api/docs is a page that runs only its own files", async () => {
  const { status, headers, body } = await gateway.get("/api/docs/");
  expect(status).toBe(200);
  expect(body).toContain("swagger-ui-bundle.js");
  expect(headers.get("content-security-policy")).toContain("script-src 'self';");
  expect((await gateway.get("/api/docs/static/swagger-ui-bundle.js")).status).toBe(200);
});

test("an address of the API that is none is not the page", async () => {
  for (const path of ["/api", "/api/v1/nothing", "/api/v2/tasks", "/ws/x"]) {
    const { status, body } = await gateway.get(path);
    expect([path, status, body]).toMatchObject([path, 404, { error: { code: "not_found" } }]);
  }
  expect((await gateway.post("/nowhere", {})).status).toBe(404);
});

test("what breaks inside is logged, and the answer says nothing of it", async () => {
  const broken = await startGateway();
  await broken.db.query("alter table projections.task_state rename to away");
  const { status, body } = await broken.get("/api/v1/tasks");
  expect([status, body]).toMatchObject([500, { error: { code: "internal" } }]);
  expect(JSON.stringify(body)).not.toMatch(/task_state|relation/);
  expect(broken.logged.join()).toMatch(/task_state/);
  await broken.close();
});

test("connections that the database ends are replaced by themselves", async () => {
  await gateway.get("/healthz");
  await gateway.db.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gateway'");
  await expect.poll(async () => (await gateway.get("/healthz")).status, { timeout: 5_000 }).toBe(200);
  expect((await gateway.get("/api/v1/session")).status).toBe(200);
});
