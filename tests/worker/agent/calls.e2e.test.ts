import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { costMicrodollars } from "../../../core/money.ts";
import type { Sandbox } from "../../../worker/sandbox/sandbox.ts";
import { type AgentRun, KEY, startAgent } from "./support/agent-run.ts";
import { type Boxes, startBoxes } from "./support/real-box.ts";

let boxes: Boxes;
let box: Sandbox;
const runs: AgentRun[] = [];
beforeAll(async () => {
  boxes = await startBoxes();
  box = await boxes.open();
});
afterEach(async () => {
  for (const run of runs.splice(0)) await run.close();
});
afterAll(async () => {
  await boxes?.close();
});

test("Anthropic's protocol works, and its price is stored with what it cost in micro-dollars", async () => {
  const usage = { input: 1_234, output: 567, cached: 89_012 };
  const run = await startAgent({
    box,
    provider: "anthropic",
    env: { ANTHROPIC_API_KEY: KEY },
    deps: { model: "anthropic/claude-sonnet-5" },
    script: (_request, index) =>
      index === 0
        ? { text: "I look.", toolCalls: [{ id: "t1", name: "bash", args: { command: "echo hi" } }], usage }
        : { text: "Done.", usage },
  });
  runs.push(run);
  expect(await run.session.run("Go")).toEqual({ status: "done", summary: "Done." });
  const [request] = run.server.requests;
  expect(request?.path).toMatch(/^\/v1\/messages/);
  expect(request?.headers["x-api-key"]).toBe(KEY);
  const calls = run.of("LlmCallFinished");
  expect(calls).toHaveLength(2);
  for (const call of calls) {
    expect(call).toMatchObject({
      inputTokens: 1_234,
      outputTokens: 567,
      cacheReadTokens: 89_012,
      cacheWriteTokens: 0,
    });
    expect(call.price?.input).toBeGreaterThan(0);
    const price = call.price ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    expect(call.costMicrodollars).toBe(
      costMicrodollars({ input: 1_234, output: 567, cacheRead: 89_012, cacheWrite: 0 }, price),
    );
  }
  const each = calls[0]?.costMicrodollars ?? 0;
  expect(run.session.usage().costMicrodollars).toBe(2 * each);
});

test("a conversation that fills the model's window is summed up, and that call is recorded like any other", async () => {
  const run = await startAgent({
    box,
    env: { LLM_CONTEXT_WINDOW: "4000", LLM_MAX_TOKENS: "500" },
    script: (request, index) => {
      if (!request.text.includes('"tools"')) return { text: "Summary: seq was run." };
      if (index < 3)
        return {
          toolCalls: [{ id: `c${index}`, name: "bash", args: { command: "seq 1 700" } }],
          usage: { input: 500 + index * 2_500, output: 50 },
        };
      return { text: "Done." };
    },
  });
  runs.push(run);
  expect(await run.session.run("Go")).toEqual({ status: "done", summary: "Done." });
  const summaries = run.server.requests.filter(({ text }) => !text.includes('"tools"'));
  expect(summaries.length).toBeGreaterThan(0);
  expect(run.of("LlmCallFinished")).toHaveLength(run.server.requests.length);
  expect(run.of("NoticeGiven").map(({ text }) => text)).toContain(
    "The conversation is getting long: its older part is being summed up.",
  );
  expect(run.deltas.map(({ text }) => text).join("")).not.toContain("Summary:");
  expect(JSON.stringify(await run.entries())).toContain('"type":"compaction"');
});

test("retries are made by us alone: one request a try", async () => {
  const run = await startAgent({ box, env: { LLM_MAX_RETRIES: "0" }, script: () => ({ status: 500 }) });
  runs.push(run);
  expect(await run.session.run("Go")).toMatchObject({ status: "failed", code: "provider" });
  expect(run.server.requests).toHaveLength(1);
});
