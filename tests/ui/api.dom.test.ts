import { afterEach, describe, expect, test } from "vitest";
import { ApiError, makeApi } from "../../ui/api.ts";
import { sentenceOf } from "../../ui/shell/create-app.ts";
import { startApiServer } from "./support/page-app.tsx";
import { SHA, uuid } from "./support/recorded.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(answer: Parameters<typeof startApiServer>[0]) {
  const server = await startApiServer(answer);
  ends.push(server.close);
  return { server, api: makeApi("halden", server.origin) };
}

describe("a request", () => {
  test("names the organization and what it wants", async () => {
    const { server, api } = await start(() => ({ body: { position: 1, tasks: [] } }));
    await api.tasks(7);
    await api.tasks();
    await api.file(uuid(1), "src/a b.ts", 12);
    await api.file(uuid(1), "a", null);
    await api.blob(SHA);
    expect(server.asked().map(({ path }) => path)).toEqual([
      "/api/v1/tasks?after=7",
      "/api/v1/tasks",
      `/api/v1/runs/${uuid(1)}/files?path=src%2Fa+b.ts&at=12`,
      `/api/v1/runs/${uuid(1)}/files?path=a`,
      `/api/v1/blobs/${SHA}?as=text`,
    ]);
    expect(new Set(server.asked().map(({ organization }) => organization))).toEqual(new Set(["halden"]));
  });

  test("a command goes with an id of its own", async () => {
    const { server, api } = await start(() => ({ body: { position: 1, version: 1 } }));
    await api.sendCommand({ type: "AbortRun", data: { runId: uuid(1), reason: "" } }, uuid(2));
    expect(server.asked()[0]).toMatchObject({
      method: "POST",
      path: "/api/v1/commands",
      body: { commandId: uuid(2), command: { type: "AbortRun", data: { runId: uuid(1), reason: "" } } },
    });
  });
});

describe("what goes wrong", () => {
  test("has the server's own sentence", async () => {
    const { api } = await start(() => ({
      status: 400,
      body: { error: { code: "bad_input", message: "No such path." } },
    }));
    const error = await api.tasks().catch((thrown: unknown) => thrown);
    expect(error).toEqual(new ApiError("bad_input", "No such path.", 400));
    expect(sentenceOf(error)).toBe("No such path.");
  });

  test("an answer without a sentence still gets one", async () => {
    const { api } = await start(() => ({ status: 502, body: "gateway broken" }));
    const error = await api.tasks().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "unknown", status: 502 });
    expect(sentenceOf(error)).toMatch(/^Something went wrong that has no name\./);
  });

  test("a server that is not there is told apart", async () => {
    const { server, api } = await start(() => ({ body: {} }));
    await server.close();
    ends.length = 0;
    const error = await api.tasks().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "network" });
    expect(sentenceOf(error)).toMatch(/^The server does not answer\./);
  });
});
