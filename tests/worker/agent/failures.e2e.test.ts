import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parseEventData } from "../../../core/event-catalog.ts";
import { takeProviderKeys } from "../../../worker/models/provider-keys.ts";
import type { Sandbox } from "../../../worker/sandbox/sandbox.ts";
import type { ModelScript } from "../../support/model-server.ts";
import type { ScriptedTurn } from "../../support/models/scripted-turn.ts";
import { type AgentRun, type AgentRunOptions, KEY, startAgent } from "./support/agent-run.ts";
import { type Boxes, startBoxes } from "./support/real-box.ts";

let boxes: Boxes;
let box: Sandbox;
const runs: AgentRun[] = [];
beforeAll(async () => {
  takeProviderKeys(process.env);
  boxes = await startBoxes();
  box = await boxes.open();
});
afterEach(async () => {
  for (const run of runs.splice(0)) await run.close();
});
afterAll(async () => {
  await boxes?.close();
});

async function start(
  script: ModelScript | readonly ScriptedTurn[],
  options: Partial<AgentRunOptions> = {},
): Promise<AgentRun> {
  const play: ModelScript =
    typeof script === "function" ? script : (_request, index) => script[index] ?? { text: "done" };
  const run = await startAgent({ script: play, box, ...options });
  runs.push(run);
  return run;
}

test.each([
  ["nobody/nothing", "model", /There is no model "nobody\/nothing"/],
  ["custom/", "model", /custom/],
  ["anthropic/claude-sonnet-5", "model_key", /There is no key for anthropic: set ANTHROPIC_API_KEY/],
])("the model %s cannot be used: %s", async (model, code, message) => {
  const run = await start([], { deps: { model } });
  const outcome = await run.session.run("Go");
  expect(outcome).toMatchObject({ status: "failed", code });
  expect(outcome).toHaveProperty("message", expect.stringMatching(message));
  expect(run.server.requests).toHaveLength(0);
});

test("a key that is refused ends the run at once, and is in nothing that is recorded", async () => {
  const run = await start(() => ({
    status: 401,
    body: JSON.stringify({ error: { message: `Incorrect API key provided: ${KEY}` } }),
  }));
  expect(await run.session.run("Go")).toEqual({
    status: "failed",
    code: "model_key",
    message: "The key for custom was refused. Check LLM_API_KEY and run again.",
  });
  expect(run.server.requests).toHaveLength(1);
  expect(JSON.stringify(run.events)).not.toContain(KEY);
});

const broken: readonly (readonly [string, ScriptedTurn])[] = [
  ["it is busy", { status: 429 }],
  ["it has an error", { status: 500 }],
  ["it answers with a page", { body: "<html>Bad gateway</html>" }],
  ["it answers with garbage", { body: "data: {not json}\n\ndata: [DONE]\n\n" }],
  ["it answers with nothing", { body: "" }],
  ["its stream is cut", { text: "half an answ", cutAfter: 2 }],
  ["its stream has no end", { body: 'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n' }],
];

test.each(broken)(
  "when %s it is asked again a bounded number of times, then the provider is to blame",
  async (_name, turn) => {
    const run = await start(() => turn);
    const outcome = await run.session.run("Go");
    expect(outcome).toMatchObject({ status: "failed", code: "provider" });
    expect(run.server.requests).toHaveLength(3);
    expect(run.of("LlmCallIntended")).toHaveLength(3);
    expect(run.of("LlmCallFinished").map(({ stopReason }) => stopReason)).toEqual([
      "error",
      "error",
      "error",
    ]);
    expect(run.of("NoticeGiven")).toHaveLength(2);
  },
);

test.each(broken)("when %s once, the run goes on", async (_name, turn) => {
  const run = await start([turn, { text: "All is well." }]);
  expect(await run.session.run("Go")).toEqual({ status: "done", summary: "All is well." });
});

test("a provider that says nothing is given up on in time", async () => {
  const run = await start(() => ({ text: "and then", hangAfter: 2 }), {
    env: { LLM_IDLE_TIMEOUT_MS: "200", LLM_MAX_RETRIES: "1" },
  });
  const started = performance.now();
  expect(await run.session.run("Go")).toMatchObject({ status: "failed", code: "provider" });
  expect(performance.now() - started).toBeLessThan(5_000);
  await run.server.abandoned(2);
  expect(run.of("LlmCallFinished")[0]?.error).toContain("sent nothing for 200 ms");
});

test("an answer that was cut off at its limit is no finished run", async () => {
  const run = await start(() => ({ text: "I would", finish: "length" }));
  expect(await run.session.run("Go")).toMatchObject({ status: "failed", code: "agent" });
});

test("whatever the model asks of a tool is answered, and the loop goes on", async () => {
  const run = await start([
    {
      toolCalls: [
        { id: "", name: "nope", args: {} },
        { id: "x", name: "bash", args: "{not json" },
      ],
    },
    {
      toolCalls: [
        { id: "x", name: "bash", args: { command: 5 } },
        { id: "x", name: "read", args: { path: "nowhere" } },
      ],
    },
    { toolCalls: [{ id: "y".repeat(400), name: "bash", args: { command: "exit 3" } }] },
    { text: "Three failed, I stop." },
  ]);
  expect(await run.session.run("Go")).toEqual({ status: "done", summary: "Three failed, I stop." });
  const finished = run.of("ToolCallFinished");
  expect(finished.every(({ isError }) => isError)).toBe(true);
  expect(finished.length).toBe(5);
  expect(new Set(finished.map(({ toolCallId }) => toolCallId)).size).toBe(5);
  expect(finished.at(-1)).toMatchObject({ exitCode: 3 });
});

test("lone surrogates and NUL from a model never reach the log", async () => {
  const body = (text: string) =>
    `data: {"choices":[{"index":0,"delta":{"content":"${text}"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;
  const run = await start([{ body: body("a\\u0000b\\ud800c") }]);
  expect(await run.session.run("Go")).toEqual({ status: "done", summary: "a\uFFFDb\uFFFDc" });
  for (const { data } of [
    ...run.events.map(({ data }) => ({ data })),
    ...run.deltas.map((data) => ({ data })),
  ]) {
    const text = JSON.stringify(data);
    expect(text).not.toMatch(/\\u0000|\\ud[89ab]/i);
  }
});

test("a box that is gone in mid-run is a tool error, then the end", async () => {
  const lost = await boxes.open();
  const run = await start([{ toolCalls: [{ id: "c1", name: "bash", args: { command: "sleep 600" } }] }], {
    box: lost,
  });
  const running = run.session.run("Go");
  await expect.poll(() => run.of("ToolCallStarted").length).toBe(1);
  await lost.close();
  const outcome = await running;
  expect(outcome).toMatchObject({ status: "failed", code: "sandbox" });
  expect(run.of("ToolCallFinished")[0]).toMatchObject({ isError: true, reason: "sandbox_lost" });
  expect(run.server.requests).toHaveLength(1);
});

test("a box that is gone before the first word is said at once", async () => {
  const lost = await boxes.open();
  await lost.close();
  const run = await start([], { box: lost });
  expect(await run.session.run("Go")).toMatchObject({ status: "failed", code: "sandbox" });
});

test("a full disk of the blob store ends the run with that error", async () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  const deps = { putBlob: () => Promise.reject(full) };
  const run = await start([{ toolCalls: [{ id: "c1", name: "bash", args: { command: "seq 1 100000" } }] }], {
    deps,
  });
  await expect(run.session.run("Go")).rejects.toBe(full);
});

test("after all of this the next run in the same process works", async () => {
  const run = await start([{ text: "Fine." }]);
  expect(await run.session.run("Go")).toEqual({ status: "done", summary: "Fine." });
  for (const event of run.events) parseEventData(event.type, event.data);
});
