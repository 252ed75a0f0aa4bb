import { setTimeout as wait } from "node:timers/promises";
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

describe("the rest of the API", () => {
  test("lists by metadata and state, page by page", async () => {
    const found = await (
      await boxes.ask("/v1/sandboxes?metadata=app%3Dpihordev&state=Running&pageSize=1")
    ).json();
    expect(found.items).toHaveLength(1);
    expect((await (await boxes.ask("/v1/sandboxes?metadata=app%3Dother")).json()).items).toHaveLength(0);
    expect((await boxes.ask("/v1/sandboxes?page=0")).status).toBe(400);
  });

  test("a box ends when its time is over", async () => {
    const made = await (await boxes.ask("/v1/sandboxes", json("POST", NEW_BOX))).json();
    const at = new Date(Date.now() + 300).toISOString();
    expect(
      (await boxes.ask(`/v1/sandboxes/${made.id}/renew-expiration`, json("POST", { expiresAt: at }))).status,
    ).toBe(200);
    const past = json("POST", { expiresAt: "2001-01-01T00:00:00Z" });
    expect((await boxes.ask(`/v1/sandboxes/${made.id}/renew-expiration`, past)).status).toBe(400);
    let status = 200;
    for (let tries = 0; tries < 200 && status === 200; tries++) {
      await wait(25);
      status = (await boxes.ask(`/v1/sandboxes/${made.id}`)).status;
    }
    expect(status).toBe(404);
  });

  test("a background command has a state and a log that is read on from a cursor", async () => {
    const started = await boxes.ask(
      `${execd}/command`,
      json("POST", { command: "echo a; echo b; exit 3", background: true }),
    );
    const id = JSON.parse((await started.text()).split("\n")[0] ?? "").text;
    let state = await (await boxes.ask(`${execd}/command/status/${id}`)).json();
    for (let tries = 0; tries < 200 && state.running; tries++) {
      await wait(10);
      state = await (await boxes.ask(`${execd}/command/status/${id}`)).json();
    }
    expect(state).toMatchObject({ running: false, exit_code: 3, content: "echo a; echo b; exit 3" });
    const logs = await boxes.ask(`${execd}/command/${id}/logs?cursor=1`);
    expect(await logs.text()).toBe("b\n");
    expect(logs.headers.get("execd-commands-tail-cursor")).toBe("2");
  });

  test("a client that leaves does not end its command", async () => {
    const leaving = new AbortController();
    const asked = boxes.ask(`${execd}/command`, {
      ...json("POST", { command: "sleep 0.5; yes | head -c 3000000; echo x > /workspace/stayed" }),
      signal: leaving.signal,
    });
    await asked.then(
      (response) => response.body?.cancel(),
      () => undefined,
    );
    leaving.abort();
    let info = await box.info("/workspace/stayed");
    for (let tries = 0; tries < 200 && !info; tries++) {
      await wait(25);
      info = await box.info("/workspace/stayed");
    }
    expect(info).not.toBeNull();
  });

  test("files are moved, edited, searched, opened up, removed, and a part of one is read", async () => {
    await box.writeFile("/workspace/api/one.txt", "one one two");
    const post = async (path: string, body: unknown) =>
      (await boxes.ask(`${execd}${path}`, json("POST", body))).status;
    expect(await post("/files/mv", [{ src: "/workspace/api/one.txt", dest: "/workspace/api/two.txt" }])).toBe(
      200,
    );
    const replaced = await boxes.ask(
      `${execd}/files/replace?verbose=true`,
      json("POST", { "/workspace/api/two.txt": { old: "one", new: "1" } }),
    );
    expect(await replaced.json()).toEqual({ "/workspace/api/two.txt": { replacedCount: 2 } });
    expect(await post("/files/replace", { "/workspace/api/two.txt": { old: "two", new: "2" } })).toBe(200);
    const range = await boxes.ask(`${execd}/files/download?path=/workspace/api/two.txt`, {
      headers: { range: "bytes=2-" },
    });
    expect([range.status, await range.text(), range.headers.get("content-range")]).toEqual([
      206,
      "1 2",
      "bytes 2-4/5",
    ]);
    const beyond = await boxes.ask(`${execd}/files/download?path=/workspace/api/two.txt`, {
      headers: { range: "bytes=9-" },
    });
    expect(beyond.status).toBe(416);
    const found = await (await boxes.ask(`${execd}/files/search?path=/workspace/api&pattern=*.txt`)).json();
    expect(found.map((file: { path: string }) => file.path)).toEqual(["/workspace/api/two.txt"]);
    expect(await post("/files/permissions", { "/workspace/api/two.txt": { mode: 600 } })).toBe(200);
    expect(await post("/directories", { "/workspace/api/a/b": { mode: 700 } })).toBe(200);
    expect(await output(box, "stat -c %a /workspace/api/two.txt /workspace/api/a/b | tr '\\n' ' '")).toBe(
      "600 700",
    );
    expect((await boxes.ask(`${execd}/files?path=/workspace/api/two.txt`, { method: "DELETE" })).status).toBe(
      200,
    );
    expect((await boxes.ask(`${execd}/directories?path=/workspace/api`, { method: "DELETE" })).status).toBe(
      200,
    );
    expect(await box.info("/workspace/api")).toBeNull();
    expect((await boxes.ask(`${execd}/metrics`)).status).toBe(200);
  });
});
