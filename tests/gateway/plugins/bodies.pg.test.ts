import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../../support/build-app.ts";
import { request, sendRaw, statusOf } from "../../support/gateway/raw-http.ts";

let gateway: TestGateway;
const path = "/api/v1/commands";

beforeAll(async () => {
  gateway = await startGateway({ settings: { REQUEST_TIMEOUT_MS: "300" } });
});

afterAll(() => gateway.close());

function host(): string {
  return `Host: localhost:${gateway.port}`;
}

test("a body of 10 MB is refused, and the server goes on", async () => {
  const refused = await gateway.post(path, JSON.stringify({ text: "x".repeat(10_000_000) }));
  expect(refused).toMatchObject({ status: 413, body: { error: { code: "too_large" } } });
  expect((await gateway.get("/healthz")).status).toBe(200);
});

test("a body in pieces without a length is cut at the limit too", async () => {
  const piece = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
  const headers = [host(), "Content-Type: application/json", "Transfer-Encoding: chunked"];
  const answer = await sendRaw(
    gateway.port,
    request(`POST ${path}`, headers, `${piece.repeat(32)}0\r\n\r\n`),
  );
  expect([413, 0]).toContain(statusOf(answer));
  expect((await gateway.get("/healthz")).status).toBe(200);
});

test.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/json",
  "application/xml",
])("a body of %s is refused", async (type) => {
  const refused = await gateway.post(path, '{"a":1}', { "content-type": type });
  expect(refused).toMatchObject({ status: 415, body: { error: { code: "bad_input" } } });
});

test("no body at all is refused", async () => {
  const answer = await sendRaw(gateway.port, request(`POST ${path}`, [host(), "Content-Length: 0"]));
  expect([400, 415]).toContain(statusOf(answer));
});

test.each([8, 64, 1_024])("headers of %i KiB are refused", async (kib) => {
  const bomb = request("GET /healthz", [host(), `X-Bomb: ${"a".repeat(kib * 1_024 + 16_384)}`]);
  // The connection may be cut while the rest is still being sent.
  expect([431, 0]).toContain(statusOf(await sendRaw(gateway.port, bomb)));
  expect((await gateway.get("/healthz")).status).toBe(200);
});

test("ten thousand headers are refused", async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `X-${index}: a`);
  expect([431, 0]).toContain(
    statusOf(await sendRaw(gateway.port, request("GET /healthz", [host(), ...many]))),
  );
});

test.each(["GET /%zz", "GET /api/v1/tasks/%ff", "GET /\0", "GET /api/v1/tasks?after=%00"])(
  "%j is refused",
  async (line) => {
    const status = statusOf(await sendRaw(gateway.port, request(line, [host()])));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  },
);

test("a body that never ends is cut after the time-out", async () => {
  const began = performance.now();
  const answer = await new Promise<string>((resolve) => {
    let text = "";
    const socket = connect(gateway.port, "127.0.0.1", () => {
      socket.write(
        `POST ${path} HTTP/1.1\r\n${host()}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
      );
    });
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
  expect([0, 400, 408]).toContain(statusOf(answer));
  expect(performance.now() - began).toBeLessThan(5_000);
});
