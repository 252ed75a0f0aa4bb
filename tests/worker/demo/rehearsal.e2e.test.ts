import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SAMPLE_TASK } from "../../../worker/demo/sample-repository.ts";
import { type AgentRun, startAgent } from "../agent/support/agent-run.ts";
import { type Boxes, inBox, startBoxes } from "../agent/support/real-box.ts";

const SAMPLE = join(import.meta.dirname, "../../../worker/demo/sample/parcel-tracker");
let boxes: Boxes;
beforeAll(async () => {
  boxes = await startBoxes();
});
afterAll(async () => {
  await boxes?.close();
});

async function rehearse(
  files: Record<string, string>,
  task: string,
  deps = {},
): Promise<{ run: AgentRun; summary: string; git(command: string): Promise<string> }> {
  const box = await boxes.open(files);
  const run = await startAgent({
    box,
    script: () => ({ status: 500 }),
    deps: { model: "demo/rehearsal", ...deps },
  });
  const outcome = await run.session.run(task);
  await run.close();
  expect(run.server.requests).toHaveLength(0);
  if (outcome.status !== "done") throw new Error(JSON.stringify(outcome));
  return { run, summary: outcome.summary, git: (command) => inBox(box, `cd /workspace/repo && ${command}`) };
}

async function sampleFiles(): Promise<Record<string, string>> {
  const entries = await readdir(SAMPLE, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(SAMPLE.length + 1), readFileSync(path, "utf8")]));
}

test("on the sample it finds the bug, adds a test that fails, fixes it and commits", async () => {
  const { run, summary, git } = await rehearse(await sampleFiles(), SAMPLE_TASK);
  const tests = run.of("ToolCallFinished").filter(({ output }) => output.startsWith("bun test v"));
  expect(tests.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0]);
  expect(
    tests.map(({ output }) => [/(\d+) pass/.exec(output)?.[1], /(\d+) fail\n/.exec(output)?.[1]]),
  ).toEqual([
    ["9", "0"],
    ["9", "1"],
    ["10", "0"],
  ]);
  expect(summary).toContain("10 passed, 0 failed, exit code 0");
  expect(await git("bun src/cli.js AKL-2041")).toContain("arrives 2026-03-04");
  expect(await git("git show --stat --format=%s HEAD")).toMatch(
    /^fix: count the time zone's offset once\n[\s\S]*2 files changed/,
  );
  expect(await git("git status --porcelain")).toBe("");
  expect(run.session.usage().costMicrodollars).toBe(0);
  expect(run.of("LlmCallFinished").every(({ costMicrodollars }) => costMicrodollars === 0)).toBe(true);
});

test("on the sample that is fixed already it does what it does anywhere", async () => {
  const files = await sampleFiles();
  const source = files["src/local-day.js"] ?? "";
  files["src/local-day.js"] = source.replace(
    / {2}const shifted[\s\S]*?format\(shifted\);/,
    "  return dayFormat(timeZone).format(moment);",
  );
  const { git } = await rehearse(files, SAMPLE_TASK);
  expect(await git("cat docs/REHEARSAL.md")).toContain("9 passed, 0 failed, exit code 0");
});

test("in another repository it states the real counts and overwrites nothing", async () => {
  const files = {
    "package.json": '{"name":"other","scripts":{"test":"bun test"}}',
    "sum.test.js":
      'import { test, expect } from "bun:test";\ntest("a", () => expect(1).toBe(1));\ntest("b", () => expect(1).toBe(2));\n',
    "docs/REHEARSAL.md": "mine\n",
  };
  const { summary, git } = await rehearse(files, "Whatever\nyou like");
  const report = await git("cat docs/REHEARSAL-2.md");
  expect(report).toContain("1 passed, 1 failed, exit code 1");
  expect(report).toContain("Files in git: 3");
  expect(report).toContain("> Whatever\n> you like");
  expect(await git("cat docs/REHEARSAL.md")).toBe("mine\n");
  expect(await git("git log -1 --format=%s && git status --porcelain")).toBe(
    "docs: what a rehearsal found here\n",
  );
  expect(summary).toContain("1 passed, 1 failed, exit code 1");
});

test("in an empty repository it ends well, too", async () => {
  const { run, summary } = await rehearse({}, "Begin");
  expect(summary).toContain("I found no tests to run.");
  expect(run.of("ToolCallFinished").filter(({ isError }) => isError)).toEqual([]);
});

test("stopped anywhere, another worker plays it to the same end", async () => {
  const box = await boxes.open({ "README.md": "# Small\n" });
  const first = await startAgent({ box, script: () => ({ status: 500 }), deps: { model: "demo/rehearsal" } });
  const running = first.session.run("Go");
  await expect.poll(() => first.of("ToolCallFinished").length).toBeGreaterThan(1);
  await first.session.abort();
  await running;
  await first.close();
  const second = await startAgent({
    box,
    script: () => ({ status: 500 }),
    deps: { model: "demo/rehearsal", entries: await first.entries() },
  });
  expect(await second.session.run("Go")).toMatchObject({ status: "done" });
  await second.close();
  expect((await inBox(box, "cd /workspace/repo && ls docs")).trim()).toBe("REHEARSAL.md");
});
