import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { CONTINUE } from "../../../worker/agent/resume.ts";
import type { Sandbox } from "../../../worker/sandbox/sandbox.ts";
import type { ScriptedTurn } from "../../support/models/scripted-turn.ts";
import { type AgentRun, type AgentRunOptions, startAgent } from "./support/agent-run.ts";
import { type Boxes, startBoxes } from "./support/real-box.ts";

const PROMPT = "Do the task, please.";
const steps: readonly ScriptedTurn[] = [
  {
    text: "First.",
    toolCalls: [{ id: "c1", name: "bash", args: { command: "echo one" } }],
    usage: { input: 100, output: 10 },
  },
  {
    text: "Second.",
    toolCalls: [{ id: "c2", name: "bash", args: { command: "echo two" } }],
    usage: { input: 200, output: 20 },
  },
  { text: "Done.", usage: { input: 300, output: 30 } },
];

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

/** Its next step follows from the messages alone, so that any holder gets the right one. */
async function start(deps: AgentRunOptions["deps"] = {}): Promise<AgentRun> {
  const run = await startAgent({
    box,
    deps,
    script: ({ messages }) =>
      steps[messages.filter(({ role }) => role === "assistant").length] ?? { text: "?" },
  });
  runs.push(run);
  return run;
}

function prompts(run: AgentRun): number {
  const last = run.server.requests.at(-1)?.text ?? "";
  return last.split(PROMPT).length - 1;
}

test("from every point of a run another holder ends it, without a second prompt", async () => {
  const whole = await start();
  await whole.session.run(PROMPT);
  const entries = await whole.entries();
  for (let kept = 1; kept < entries.length; kept += 1) {
    const resumed = await start({ entries: entries.slice(0, kept) });
    expect(await resumed.session.run(PROMPT)).toEqual({ status: "done", summary: "Done." });
    expect(prompts(resumed)).toBe(1);
    const ids = [...entries.slice(0, kept), ...(await resumed.entries())].map(
      (entry) => JSON.stringify(entry).match(/"id":"([^"]+)"/)?.[1],
    );
    expect(new Set(ids).size).toBe(ids.length);
    await resumed.close();
  }
});

test("a finished run is not asked anything again", async () => {
  const whole = await start();
  await whole.session.run(PROMPT);
  const resumed = await start({ entries: await whole.entries() });
  expect(await resumed.session.run(PROMPT)).toEqual({ status: "done", summary: "Done." });
  expect(resumed.server.requests).toHaveLength(0);
  expect(resumed.session.usage()).toEqual(whole.session.usage());
});

async function stoppedInCall(): Promise<unknown[]> {
  const whole = await start();
  await whole.session.run(PROMPT);
  const entries = await whole.entries();
  const call = entries.findIndex((entry) => JSON.stringify(entry).includes('"c2"'));
  return entries.slice(0, call + 1);
}

test("a call that nobody saw end is told as interrupted", async () => {
  const resumed = await start({ entries: await stoppedInCall() });
  await resumed.session.run(PROMPT);
  expect(resumed.of("ToolCallFinished")[0]).toMatchObject({
    toolCallId: "c2",
    reason: "interrupted",
    isError: true,
    exitCode: null,
  });
  const [request] = resumed.server.requests;
  const result = request?.messages.find((message) => message.tool_call_id === "c2");
  expect(JSON.stringify(result)).toContain("interrupted");
  expect(JSON.stringify(request?.messages.at(-1))).toContain(CONTINUE);
});

test("a call that ended before its result was stored keeps its real output", async () => {
  const finished = {
    toolCallId: "c2",
    tool: "bash",
    isError: false,
    exitCode: 0,
    reason: "done" as const,
    output: "two, really",
    outputBytes: 11,
    outputBlob: null,
    diff: null,
    durationMs: 1,
  };
  const resumed = await start({ entries: await stoppedInCall(), finishedTools: [finished] });
  await resumed.session.run(PROMPT);
  expect(resumed.of("ToolCallFinished")).toEqual([]);
  expect(resumed.server.requests[0]?.text).toContain("two, really");
});

test("steering that was delivered is counted, and more of it is heard", async () => {
  const run = await start();
  const running = run.session.run(PROMPT);
  await run.server.received(1);
  await run.session.steer("One remark.");
  await running;
  const resumed = await start({ entries: await run.entries() });
  expect(resumed.session.steered).toBe(1);
  await resumed.session.steer("Another remark.");
  await resumed.session.run(PROMPT);
  expect(resumed.server.requests[0]?.text).toContain("Another remark.");
});

test("entries of a large message come back whole from their blobs", async () => {
  const content = "line of a big file\n".repeat(15_000);
  const first = await startAgent({
    box,
    script: (_request, index) =>
      index === 0
        ? { toolCalls: [{ id: "w1", name: "write", args: { path: "big.txt", content } }] }
        : { text: "Done." },
  });
  runs.push(first);
  await first.session.run(PROMPT);
  expect(first.of("SessionEntryRecorded").some(({ blobs }) => Object.keys(blobs).length > 0)).toBe(true);
  const entries = await first.entries();
  expect(JSON.stringify(entries)).toContain(JSON.stringify(content).slice(1, -1));
  const resumed = await start({ entries: entries.slice(0, -1) });
  await resumed.session.run(PROMPT);
  expect(resumed.server.requests[0]?.text.length).toBeGreaterThan(content.length);
});
