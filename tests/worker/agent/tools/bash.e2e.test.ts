import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_INLINE_OUTPUT_BYTES } from "../../../../core/limits.ts";
import { MAX_BYTES, MAX_LINES } from "../../../../worker/agent/tools/box/bounded-output.ts";
import type { Sandbox } from "../../../../worker/sandbox/sandbox.ts";
import { SECRET, type ToolBench, toolBench } from "../support/call-tool.ts";
import { type Boxes, inBox, startBoxes } from "../support/real-box.ts";

let boxes: Boxes;
let box: Sandbox;
let bench: ToolBench;
beforeAll(async () => {
  process.env.PIHORDEV_CANARY_VARIABLE = "canary-in-environment";
  boxes = await startBoxes({ TOOL_TIMEOUT_MS: "10000", TOOL_TIMEOUT_MAX_MS: "20000" });
  box = await boxes.open({ "a.txt": "hello\n" });
  bench = toolBench(box, boxes.settings);
});
afterAll(async () => {
  delete process.env.PIHORDEV_CANARY_VARIABLE;
  await boxes?.close();
});

test("a command's output and exit code are given, in the repository", async () => {
  const { text, isError, facts } = await bench.call("bash", {
    command: "pwd; cat a.txt; echo err >&2; exit 0",
  });
  expect(text).toContain("/workspace/repo\nhello\n");
  expect(text).toContain("err");
  expect(text.endsWith("[exit code 0]")).toBe(true);
  expect(isError).toBe(false);
  expect(facts).toMatchObject({ exitCode: 0, reason: "done", outputBlob: null, diff: null });
});

test("a command that fails is an error with its real exit code and output", async () => {
  const { text, isError, facts } = await bench.call("bash", { command: "echo before; exit 42" });
  expect([text, isError, facts.exitCode, facts.reason]).toEqual([
    "before\n[exit code 42]",
    true,
    42,
    "failed",
  ]);
});

test("long output is shortened for the model, kept whole as a blob, and can be read on in the box", async () => {
  const { text, facts } = await bench.call("bash", { command: "seq 1 100000" });
  expect(text.split("\n").length).toBeLessThanOrEqual(MAX_LINES + 2);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BYTES + 500);
  expect(text).toMatch(/^1\n2\n3\n/);
  expect(text).toContain("\n100000\n[100000 lines in all.");
  expect(Buffer.byteLength(facts.output)).toBeLessThanOrEqual(MAX_INLINE_OUTPUT_BYTES);
  expect(Buffer.from(bench.blobs.get(facts.outputBlob ?? "") ?? []).toString()).toBe(
    await inBox(box, "seq 1 100000"),
  );
  const path = /read (\S+) with offset/.exec(text)?.[1] ?? "";
  const rest = await bench.call("read", { path, offset: 50_000, limit: 2 });
  expect(rest.text).toMatch(/^50000\n50001\n\[Lines 50000 to 50001 of 100000\. Go on with offset 50002\.\]$/);
  expect(await inBox(box, "git -C /workspace/repo status --porcelain")).toBe("");
});

test("a command without an end is ended, and says how to give it longer", async () => {
  const started = performance.now();
  const { text, isError, facts } = await bench.call("bash", {
    command: "echo on; sleep 600",
    timeoutSeconds: 0.5,
  });
  expect(performance.now() - started).toBeLessThan(8_000);
  expect(text).toBe("on\n[ended after 0.5 s: give timeoutSeconds if it needs longer]");
  expect([isError, facts.reason, facts.exitCode]).toEqual([true, "timeout", null]);
});

test("stopping the run ends the command", async () => {
  const controller = new AbortController();
  const running = bench.call("bash", { command: "echo on; sleep 600" }, controller.signal);
  setTimeout(() => controller.abort(), 200);
  const { isError, facts } = await running;
  expect([isError, facts.reason]).toEqual([true, "aborted"]);
  const after = await bench.call("bash", { command: "echo never" }, controller.signal);
  expect(after.facts.reason).toBe("aborted");
});

test("output is shown while it comes", async () => {
  bench.live.length = 0;
  await bench.call("bash", { command: "echo one; echo two" });
  expect(bench.live.join("")).toBe("one\ntwo\n");
});

test("NUL and bytes that are no text can be stored", async () => {
  const { facts } = await bench.call("bash", { command: "printf 'a\\000b\\377c\\355\\240\\200d\\n'" });
  expect(facts.output).not.toContain("\0");
  expect(facts.output.isWellFormed()).toBe(true);
  expect(facts.output).toMatch(/^a\uFFFDb\uFFFDc\uFFFD+d/);
});

test("a known secret is gone before anyone sees it, also encoded", async () => {
  const command = `echo ${SECRET.slice(0, 8)}''${SECRET.slice(8)}; printf %s ${SECRET.slice(0, 8)}''${SECRET.slice(8)} | base64`;
  const { text, facts } = await bench.call("bash", { command });
  expect(text).toMatch(/^\[secret removed\]\n\[secret removed\]/);
  expect(JSON.stringify(facts)).not.toContain(SECRET);
});

test("nothing of the host's environment is in the box", async () => {
  const { text } = await bench.call("bash", {
    command: "env; cat /proc/1/environ | tr '\\0' '\\n'; cat /proc/self/environ",
  });
  expect(text).not.toContain("canary-in-environment");
  expect(text).not.toContain("PIHORDEV");
});

test("arguments that do not fit are told to the model", async () => {
  for (const args of [{}, { command: 7 }, { command: "" }, null, "ls"]) {
    const { text, isError } = await bench.call("bash", args);
    expect(isError).toBe(true);
    expect(text).toMatch(/^The arguments of bash do not fit: /);
  }
});

test("a command that prints without end is bounded", async () => {
  const { text, facts } = await bench.call("bash", { command: "head -c 300000000 /dev/zero | tr '\\0' 'y'" });
  expect(facts.outputBytes).toBeGreaterThan(100_000_000);
  expect(Buffer.byteLength(text)).toBeLessThan(60_000);
  const blob = bench.blobs.get(facts.outputBlob ?? "");
  expect(blob?.length).toBeLessThan(9 * 1024 * 1024);
});
