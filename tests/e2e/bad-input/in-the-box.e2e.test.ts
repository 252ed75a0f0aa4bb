import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectFailure, expectHealthy, toolResults } from "../../support/runs/bad-run.ts";
import { makeRunHarness, type RunHarness } from "../../support/runs/run-harness.ts";
import { git, makeRepository } from "../../support/runs/sample-repo.ts";
import { commandsScript } from "../../support/runs/scripts.ts";

let harness: RunHarness;
let repository: string;

beforeAll(async () => {
  harness = await makeRunHarness();
  repository = await makeRepository();
});

afterAll(async () => {
  await harness.close();
  await rm(repository, { recursive: true, force: true });
});

async function runCommands(...commands: string[]) {
  harness.play(commandsScript(commands));
  return harness.runTask({ repo: repository, text: "Try it." });
}

test("NUL bytes and lone surrogates in tool output are replaced, and the run goes on", async () => {
  const { end, events } = await runCommands("printf 'a\\0b\\xed\\xa0\\x80c\\xff'", "echo after");
  expect(end.type).toBe("RunCompleted");
  const [bytes, after] = toolResults(events);
  expect(bytes?.output).toMatch(/^a\ufffdb\ufffd+c\ufffd/);
  expect(after?.output.trim()).toBe("after");
});

test("a command that prints 1 GB is counted, and a bounded part of it is kept", async () => {
  const { end, events } = await runCommands(
    "yes \"$(printf '%0999d' 0)\" | head -c 1000000000",
    "echo after",
  );
  expect(end.type).toBe("RunCompleted");
  const [large, after] = toolResults(events);
  expect(large?.outputBytes).toBe(1_000_000_000);
  expect(Buffer.byteLength(large?.output ?? "")).toBeLessThanOrEqual(64 * 1024 + 1024);
  expect(large?.outputBlob).toMatch(/^[0-9a-f]{64}$/);
  expect(after?.output.trim()).toBe("after");
});

test("a fork bomb is contained by the box", async () => {
  const { end, events } = await runCommands(
    "b() { b | b & }; b 2> /dev/null; sleep 2; echo survived",
    "echo after",
  );
  expect(["RunCompleted", "RunFailed"]).toContain(end.type);
  if (end.type === "RunFailed") expectFailure(end, "sandbox", /./);
  expect(toolResults(events).length).toBeGreaterThan(0);
});

test("a box that dies in mid-run ends the run with a sentence", async () => {
  const { end } = await runCommands("kill -9 -1; sleep 5");
  expectFailure(end, "sandbox", /sandbox/i);
});

test("symlinks out of the workspace lead nowhere on the host", async () => {
  harness.play(({ messages }) => {
    const done = messages.filter(({ role }) => role === "tool").length;
    if (done === 0)
      return {
        toolCalls: [{ name: "bash", args: { command: "ln -s /etc/shadow link; ln -s ../../../../ up" } }],
      };
    if (done === 1) return { toolCalls: [{ name: "read", args: { path: "link" } }] };
    if (done === 2)
      return { toolCalls: [{ name: "write", args: { path: "up/etc/pihordev-was-here", content: "x" } }] };
    return { text: "Done." };
  });
  const { end, events } = await harness.runTask({ repo: repository, text: "Follow the links." });
  expect(end.type).toBe("RunCompleted");
  const [, read, write] = toolResults(events);
  expect(read?.isError).toBe(true);
  expect(read?.output).not.toContain("root:");
  expect(write?.isError).toBe(true);
});

test("a deleted .git costs nothing of the work", async () => {
  const { end } = await runCommands("rm -rf .git && echo kept > kept.txt");
  expect(end.type).toBe("RunCompleted");
  if (end.type !== "RunCompleted") return;
  expect(await git(repository, "show", `${end.data.branch}:kept.txt`)).toBe("kept");
  expect(await git(repository, "merge-base", "main", end.data.branch ?? "")).toBe(
    await git(repository, "rev-parse", "main"),
  );
});

test("a hostile .gitattributes and hooks run nothing outside the box", async () => {
  const mark = join(harness.dataFolder, "..", "pihordev-mark");
  const { end } = await runCommands(
    `printf '#!/bin/sh\\ntouch ${mark}\\n' > .git/hooks/pre-push; cp .git/hooks/pre-push .git/hooks/pre-commit; chmod +x .git/hooks/*`,
    `echo '* filter=evil' > .gitattributes; git config filter.evil.clean 'touch ${mark}; cat'; echo x > x.txt`,
  );
  expect(["RunCompleted", "RunFailed"]).toContain(end.type);
  expect(existsSync(mark)).toBe(false);
});

test("after all of them the next run works and nothing is left over", async () => {
  await expectHealthy(harness, repository);
});
