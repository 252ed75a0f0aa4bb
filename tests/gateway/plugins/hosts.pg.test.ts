import { afterAll, beforeAll, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../../support/build-app.ts";
import { openLive } from "../../support/gateway/live-client.ts";
import { request, sendRaw, statusOf } from "../../support/gateway/raw-http.ts";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(() => gateway.close());

async function statusWithHost(...hosts: string[]): Promise<number> {
  const headers = hosts.map((host) => `Host: ${host}`);
  return statusOf(await sendRaw(gateway.port, request("GET /api/v1/session", headers)));
}

test("answers to the machine's own names with its port", async () => {
  for (const name of ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"]) {
    expect([name, await statusWithHost(`${name}:${gateway.port}`)]).toEqual([name, 200]);
  }
});

test.each([
  ["another name", "evil.example"],
  ["another port", "localhost:1"],
  ["no port", "localhost"],
  ["a name that only begins so", "localhost.evil.example"],
  ["this machine under a name that resolves to it", "127.0.0.1.nip.io"],
  ["the unspecified address", "0.0.0.0"],
])("refuses %s", async (_what, host) => {
  expect(await statusWithHost(host)).toBe(421);
  expect(await statusWithHost(host.includes(":") ? host : `${host}:${gateway.port}`)).toBe(
    host === "localhost" ? 200 : 421,
  );
});

test("refuses a request without a name", async () => {
  expect([400, 421]).toContain(statusOf(await sendRaw(gateway.port, request("GET /", []))));
});

test("the page too is served under its own names only", async () => {
  const answer = await sendRaw(gateway.port, request("GET /", ["Host: evil.example"]));
  expect(statusOf(answer)).toBe(421);
});

const command = { commandId: "00000000-0000-4000-8000-000000000001", command: { type: "Nothing", data: {} } };

test.each([
  ["http://evil.example", 403],
  ["null", 403],
  ["https://localhost", 403],
])("a state change that a page of %s started is refused", async (origin, status) => {
  const refused = await gateway.post("/api/v1/commands", command, { origin });
  expect(refused.status).toBe(status);
  expect(refused.body).toMatchObject({
    error: { code: "forbidden", message: expect.stringContaining("another site") },
  });
});

test("a state change of another port's page is refused, of our own page it is judged by itself", async () => {
  const other = await gateway.post("/api/v1/commands", command, {
    origin: `http://localhost:${gateway.port + 1}`,
  });
  expect(other.body).toMatchObject({ error: { message: expect.stringContaining("another site") } });
  const own = await gateway.post("/api/v1/commands", command, { origin: gateway.url });
  expect(own.body).toMatchObject({ error: { message: expect.stringContaining("no command") } });
});

test("a browser that hides the origin still says that it is another site", async () => {
  const refused = await gateway.post("/api/v1/commands", command, { "sec-fetch-site": "cross-site" });
  expect(refused.body).toMatchObject({ error: { message: expect.stringContaining("another site") } });
});

test("a page of another origin gets no socket, our own gets one", async () => {
  await expect(openLive(gateway.port, { origin: "http://evil.example" })).rejects.toThrow("403");
  await expect(openLive(gateway.port, { host: "evil.example" })).rejects.toThrow("421");
  const live = await openLive(gateway.port, { origin: gateway.url });
  expect((await live.until("hello")).orgId).toBe(gateway.db.orgId);
  await live.close();
});

test("an installation that others can reach lets nobody in before sign-in exists", async () => {
  const exposed = await startGateway({ settings: { PUBLIC_URL: "https://agents.example.com" } });
  const { status, headers, body } = await exposed.get("/api/v1/session");
  expect([status, body]).toMatchObject([401, { error: { code: "unauthenticated" } }]);
  expect(headers.get("strict-transport-security")).toContain("max-age");
  await expect(openLive(exposed.port)).rejects.toThrow("401");
  const named = await sendRaw(exposed.port, request("GET /healthz", ["Host: agents.example.com"]));
  expect(statusOf(named)).toBe(200);
  await exposed.close();
});

test("an organization that a request names must be the person's own", async () => {
  const own = await gateway.get("/api/v1/session", { "x-organization": "local" });
  expect(own.status).toBe(200);
  const other = await gateway.get("/api/v1/session", { "x-organization": "elsewhere" });
  expect(other).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  await expect(openLive(gateway.port, {}, "?organization=elsewhere")).rejects.toThrow("404");
  const live = await openLive(gateway.port, {}, "?organization=local");
  await live.until("hello");
  await live.close();
});
