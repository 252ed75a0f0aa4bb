import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeRunHarness, type RunHarness } from "../../support/runs/run-harness.ts";
import { git, makeRepository } from "../../support/runs/sample-repo.ts";
import { turnsScript } from "../../support/runs/scripts.ts";

const FIX = turnsScript([
  { text: "I run the tests first.", toolCalls: [{ name: "bash", args: { command: "bun test" } }] },
  {
    text: "add subtracts. I fix it.",
    toolCalls: [
      {
        name: "edit",
        args: {
          path: "src/calculator.js",
          edits: [{ oldText: "add = (a, b) => a - b", newText: "add = (a, b) => a + b" }],
        },
      },
    ],
  },
  { text: "Again.", toolCalls: [{ name: "bash", args: { command: "bun test" } }] },
]);

let harness: RunHarness;
let repository: string;

beforeAll(async () => {
  harness = await makeRunHarness({ script: FIX });
  repository = await makeRepository();
});

afterAll(async () => {
  await harness.close();
  await rm(repository, { recursive: true, force: true });
});

test("a run on a small repository with tests ends in a branch whose diff is right", async () => {
  const { end, events } = await harness.runTask({ repo: repository, text: "Adding is wrong. Fix it." });
  expect(end.type).toBe("RunCompleted");
  if (end.type !== "RunCompleted") return;
  const { branch, commit } = end.data;
  expect(branch).toMatch(/^pihordev\/adding-is-wrong-fix-it-[0-9a-f]{6}$/);
  expect(await git(repository, "rev-parse", `refs/heads/${branch}`)).toBe(commit);
  const diff = await git(repository, "diff", "--unified=0", `main..${branch}`);
  expect(diff.split("\n").slice(-2)).toEqual([
    "-export const add = (a, b) => a - b;",
    "+export const add = (a, b) => a + b;",
  ]);
  expect(await git(repository, "diff", "--name-only", `main..${branch}`)).toBe("src/calculator.js");

  const exits = events.flatMap((event) => (event.type === "ToolCallFinished" ? [event.data.exitCode] : []));
  expect(exits).toEqual([1, null, 0]);
  const order = events.map((event) => event.type);
  for (const [before, after] of [
    ["TaskCreated", "RunRequested"],
    ["RunRequested", "RunClaimed"],
    ["RunClaimed", "SandboxOpened"],
    ["SandboxOpened", "RunStarted"],
    ["WorkspaceCheckpointed", "PushIntended"],
    ["PushIntended", "PushFinished"],
    ["PushFinished", "RunCompleted"],
  ] as const) {
    expect(order.indexOf(before)).toBeLessThan(order.indexOf(after));
    expect(order.indexOf(before)).toBeGreaterThan(-1);
  }
});

test("every LLM call is recorded as intent and receipt, and the run's totals are their sum", async () => {
  const { end, events } = await harness.runTask({ repo: repository, text: "Again, please." });
  const intended = events.flatMap((event) => (event.type === "LlmCallIntended" ? [event.data.callId] : []));
  const finished = events.flatMap((event) => (event.type === "LlmCallFinished" ? [event.data] : []));
  expect(finished.map((call) => call.callId)).toEqual(intended);
  const input = finished.reduce((sum, call) => sum + call.inputTokens, 0);
  expect(end.data.usage.inputTokens).toBe(input);
  expect(input).toBeGreaterThan(0);
});

test("a stop ends the run as aborted, and pushes nothing", async () => {
  const before = await git(repository, "for-each-ref", "--format=%(refname)");
  const running = await harness.stopTask({ repo: repository, text: "Stop me." }, "ToolCallStarted");
  expect(running.end.type).toBe("RunAborted");
  expect(await git(repository, "for-each-ref", "--format=%(refname)")).toBe(before);
  expect(await harness.leftovers()).toEqual({ sandboxes: 0, files: [] });
});

test("what the run leaves behind is its branch and its events, nothing else", async () => {
  expect(await harness.leftovers()).toEqual({ sandboxes: 0, files: [] });
});

test("a message that was sent while the sandbox was still starting reaches the model", async () => {
  const { end } = await harness.steerTask(
    { repo: repository, text: "Fix it." },
    "RunClaimed",
    "Mind the tests.",
  );
  expect(end.type).toBe("RunCompleted");
  expect(harness.modelServer.requests.at(-1)?.text).toContain("Mind the tests.");
});
