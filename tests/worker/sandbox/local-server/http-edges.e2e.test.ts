import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "../../../../worker/sandbox/sandbox.ts";
import { type BoxServer, makeBoxServer, output } from "../box-server.ts";

let boxes: BoxServer;
let box: Sandbox;
let execd: string;

beforeAll(async () => {
  boxes = await makeBoxServer();
  box = await boxes.open();
  execd = `/sandboxes/${box.sandboxId}/port/44772`;
});
afterAll(async () => {
  await box.close();
  await boxes.close();
});

const NEW_BOX = {
  image: { uri: "any" },
  entrypoint: ["tail"],
  resourceLimits: { memory: "512Mi" },
  timeout: 60,
};
const json = (method: string, body: unknown) => ({
  method,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** A request with headers that fetch would not send. */
function raw(path: string, headers: Record<string, string>): Promise<{ status: number; code: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${boxes.server.url}${path}`, { headers, setHost: false }, (response) => {
      let text = "";
      response.on("data", (bytes) => {
        text += bytes;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, code: text ? JSON.parse(text).code : "" }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("who may ask", () => {
  test.each(["/v1/sandboxes", "/sandboxes/x/port/44772/ping", "/", "/v1/none"])(
    "%s needs the key",
    async (path) => {
      const host = new URL(boxes.server.url).host;
      expect(await raw(path, { host })).toEqual({ status: 401, code: "MISSING_API_KEY" });
      expect(await raw(path, { host, "open-sandbox-api-key": "wrong" })).toEqual({
        status: 401,
        code: "INVALID_API_KEY",
      });
    },
  );

  test("a foreign Host is refused, with the key too", async () => {
    const { host, port } = new URL(boxes.server.url);
    for (const name of [
      `evil.test:${port}`,
      `localhost:${port}`,
      "127.0.0.1",
      `127.0.0.1.evil.test:${port}`,
      `${host}@evil.test`,
    ]) {
      expect(
        await raw("/v1/sandboxes", { host: name, "open-sandbox-api-key": boxes.server.apiKey }),
      ).toMatchObject({ status: 403 });
    }
  });

  test("a request without a Host is refused", async () => {
    const text = await rawText(
      `GET /v1/sandboxes HTTP/1.1\r\nopen-sandbox-api-key: ${boxes.server.apiKey}\r\nconnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 (400|403) /);
    const old = await rawText(
      `GET /v1/sandboxes HTTP/1.0\r\nopen-sandbox-api-key: ${boxes.server.apiKey}\r\n\r\n`,
    );
    expect(old).toMatch(/^HTTP\/1\.[01] (400|403) /);
  });

  test("an address of another server in the request line is refused", async () => {
    const { host } = new URL(boxes.server.url);
    const text = await rawText(
      `GET http://evil.test/v1/sandboxes HTTP/1.1\r\nhost: ${host}\r\nopen-sandbox-api-key: ${boxes.server.apiKey}\r\nconnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  test("the server listens on loopback only, and its key is in no argument or environment", async () => {
    const { readFileSync } = await import("node:fs");
    const shown = ["cmdline", "environ"]
      .map((name) => readFileSync(`/proc/${boxes.server.pid}/${name}`, "latin1"))
      .join();
    expect(shown).not.toContain(boxes.server.apiKey);
    const port = Number(new URL(boxes.server.url).port).toString(16).toUpperCase().padStart(4, "0");
    const listening = ["tcp", "tcp6"].flatMap((name) =>
      readFileSync(`/proc/net/${name}`, "utf8")
        .split("\n")
        .filter((line) => line.includes(`:${port} `) && line.includes(" 0A ")),
    );
    expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([`0100007F:${port}`]);
  });
});

describe("what is too much", () => {
  test("an oversized JSON body", async () => {
    const answer = await boxes.ask(
      "/v1/sandboxes",
      json("POST", { ...NEW_BOX, env: { A: "x".repeat(1_100_000) } }),
    );
    expect(answer.status).toBe(413);
    expect(await output(box, "echo alive")).toBe("alive");
  });

  test("an oversized header", async () => {
    const answer = await raw("/v1/sandboxes", {
      host: new URL(boxes.server.url).host,
      "x-long": "x".repeat(20_000),
    }).catch(() => ({ status: 431 }));
    expect([431, 400]).toContain(answer.status);
  });

  test("an upload whose metadata never ends", async () => {
    const body = `--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n${"x".repeat(300_000)}`;
    const answer = await boxes.ask(`${execd}/files/upload`, {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body,
    });
    expect(answer.status).toBe(400);
  });

  test("more commands at a time than a box may run", async () => {
    const aborting = new AbortController();
    const { signal } = aborting;
    const started: Promise<void>[] = [];
    const running = Array.from({ length: 64 }, () => {
      const one = Promise.withResolvers<void>();
      started.push(one.promise);
      return box.run("echo; exec sleep 60", { timeoutMs: 90_000, signal, onOutput: () => one.resolve() });
    });
    await Promise.all(started);
    await expect(box.run("true", { timeoutMs: 5_000 })).rejects.toThrow(/at most 64 commands/);
    aborting.abort();
    expect(new Set((await Promise.all(running)).map((result) => result.reason))).toEqual(
      new Set(["aborted"]),
    );
    expect(await output(box, "echo alive")).toBe("alive");
  });

  test("more boxes than the server may hold", async () => {
    const small = await startSmallServer(1);
    const ask = () =>
      fetch(`${small.url}/v1/sandboxes`, { ...json("POST", NEW_BOX), headers: small.headers });
    expect((await ask()).status).toBe(202);
    const refused = await ask();
    expect([refused.status, (await refused.json()).code]).toEqual([429, "TOO_MANY_SANDBOXES"]);
    await small.stop();
  });
});

/** The server's own entry, with a bound that no setting makes so small. */
async function startSmallServer(maxBoxes: number) {
  const entry = fileURLToPath(new URL("../../../../worker/sandbox/local-server/main.ts", import.meta.url));
  const child = spawn(process.execPath, [entry], {
    cwd: "/",
    env: { PATH: process.env.PATH ?? "" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const apiKey = randomUUID();
  const { SANDBOX_MEMORY_BYTES: memoryBytes, SANDBOX_WORKSPACE_BYTES: workspaceBytes } = boxes.settings;
  const bounds = {
    memoryBytes,
    workspaceBytes,
    processes: 100,
    openFiles: 256,
    network: false,
    readyTimeoutMs: 20_000,
  };
  child.stdin.end(
    `${JSON.stringify({ apiKey, dataFolder: join(boxes.dataFolder, "small"), maxBoxes, ...bounds })}\n`,
  );
  const [line] = await once(child.stdout, "data");
  return {
    url: String(JSON.parse(String(line)).url),
    headers: { "open-sandbox-api-key": apiKey, "content-type": "application/json" },
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

describe("what is wrong", () => {
  test.each([
    ["no JSON", "not json"],
    ["no image", JSON.stringify({ ...NEW_BOX, image: undefined })],
    ["a time-out under a minute", JSON.stringify({ ...NEW_BOX, timeout: 5 })],
    ["memory that is no amount", JSON.stringify({ ...NEW_BOX, resourceLimits: { memory: "lots" } })],
    ["a variable with an odd name", JSON.stringify({ ...NEW_BOX, env: { "A=B --bind / /": "x" } })],
  ])("%s: 400", async (_name, body) => {
    const answer = await boxes.ask("/v1/sandboxes", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(answer.status).toBe(400);
    expect((await answer.json()).code).toMatch(/^INVALID/);
  });

  test.each([
    ["volumes", { volumes: [{ name: "v", host: { path: "/" }, mountPath: "/host" }] }],
    ["a network policy", { networkPolicy: { defaultAction: "deny" } }],
    ["a snapshot", { image: undefined, entrypoint: undefined, snapshotId: "s" }],
    ["secured endpoints", { secureAccess: true }],
    ["a credential proxy", { credentialProxy: { enabled: true } }],
  ])("%s: 501", async (_name, more) => {
    const answer = await boxes.ask("/v1/sandboxes", json("POST", { ...NEW_BOX, ...more }));
    expect(answer.status).toBe(501);
  });

  test("pause, snapshots, sessions and other ports: 501", async () => {
    const base = `/v1/sandboxes/${box.sandboxId}`;
    for (const path of [`${base}/pause`, `${base}/snapshots`, `${execd}/session`]) {
      expect((await boxes.ask(path, { method: "POST" })).status).toBe(501);
    }
    const other = await fetchUnrecorded(`/sandboxes/${box.sandboxId}/port/18080/policy`);
    expect(other).toBe(501);
  });

  test("what does not exist: 404", async () => {
    const gone = await boxes.ask(`/v1/sandboxes/${randomUUID()}`);
    expect(gone.status).toBe(404);
    expect((await gone.json()).code).toBe("LOCAL::SANDBOX_NOT_FOUND");
    expect((await boxes.ask(`${execd}/command/status/none`)).status).toBe(404);
    expect((await boxes.ask(`/v1/sandboxes/${randomUUID()}`, { method: "DELETE" })).status).toBe(404);
  });

  async function fetchUnrecorded(path: string): Promise<number> {
    return (
      await raw(path, { host: new URL(boxes.server.url).host, "open-sandbox-api-key": boxes.server.apiKey })
    ).status;
  }
});

function rawText(text: string): Promise<string> {
  const { hostname, port } = new URL(boxes.server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes;
      socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}
