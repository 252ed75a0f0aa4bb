import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLOSE_CODES } from "../../core/protocol.ts";
import { openLive } from "../support/gateway/live-client.ts";
import { greeting, spawnGateway } from "../support/gateway/process.ts";
import { makeTestDatabase, type TestDatabase } from "../support/postgres.ts";

let db: TestDatabase;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  db = await makeTestDatabase();
  folder = mkdtempSync(join(tmpdir(), "pihordev-main-"));
  env = { GATEWAY_DATABASE_URL: db.gatewayUrl, PIHORDEV_DATA: folder, PORT: "0" };
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.drop();
});

test("says where it is in one line, serves, and ends in order: sockets are told to come back", async () => {
  const gateway = spawnGateway(env);
  const { ready, url, port } = await gateway.ready;
  expect([ready, url]).toEqual([true, `http://localhost:${port}`]);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const live = await openLive(port);
  await live.until("hello");
  gateway.child.kill("SIGTERM");
  expect(await live.closed).toBe(CLOSE_CODES.goingAway);
  expect(await gateway.ended).toEqual({ code: 0, errors: "" });
});

test("two of them get two ports when none was set, from 3000 on", async () => {
  const { PORT: _port, ...unset } = env;
  const [one, two] = [spawnGateway(unset), spawnGateway(unset)];
  const ports = [(await one.ready).port, (await two.ready).port];
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(3_000);
  expect(new Set(ports).size).toBe(2);
  for (const { child } of [one, two]) child.kill("SIGINT");
  expect([(await one.ended).code, (await two.ended).code]).toEqual([0, 0]);
});

test("a port that was set and is taken is an error that says what to do", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const { code, errors } = await spawnGateway({ ...env, PORT: String(port) }).ended;
  expect(code).toBe(1);
  expect(errors).toMatch(new RegExp(`Port ${port} is in use: .*PORT`));
  taken.close();
});

test("a gateway whose parent is gone ends by itself", async () => {
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["gateway/main.ts"], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.write(process.argv[1] + "\\n");
    child.stdout.once("data", () => console.log(child.pid));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["-e", script, greeting()], {
    cwd: join(import.meta.dirname, "../.."),
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [pid] = await once(parent.stdout, "data");
  parent.kill("SIGKILL");
  await expect.poll(() => isAlive(Number(pid)), { timeout: 10_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each([
  ["no database", { GATEWAY_DATABASE_URL: "" }, /GATEWAY_DATABASE_URL/],
  [
    "a database that does not answer",
    { GATEWAY_DATABASE_URL: "postgres://gateway:x@127.0.0.1:1/x" },
    /database cannot be/,
  ],
  ["another address without the name people use", { HOST: "0.0.0.0" }, /PUBLIC_URL/],
  ["a setting that is wrong", { PORT: "many" }, /PORT/],
])("%s: it does not start and says why", async (_what, changed, reason) => {
  const { code, errors } = await spawnGateway({ ...env, ...changed }).ended;
  expect(code).toBe(1);
  expect(errors).toMatch(reason);
  expect(errors.trim().split("\n")).toHaveLength(1);
});

test.each([
  ["no key", null],
  ["a line that is no JSON", "key"],
  ["a key of another length", '{"encryptionKey":"c2hvcnQ="}'],
])("with %s it does not start and repeats nothing of it", async (_what, line) => {
  const { code, errors } = await spawnGateway(env, line).ended;
  expect(code).toBe(1);
  expect(errors).toMatch(/^gateway: .*key.*[.]\n$/);
  expect(errors).not.toContain("c2hvcnQ");
});
