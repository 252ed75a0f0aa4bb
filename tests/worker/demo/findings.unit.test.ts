import { expect, test } from "vitest";
import { describeTests, exitCodeIn, testResult } from "../../../worker/demo/findings.ts";
import { testCommand } from "../../../worker/demo/test-command.ts";

test.each([
  ["bun", " 9 pass\n 1 fail\nRan 10 tests across 3 files.\n[exit code 1]", "9 passed, 1 failed, exit code 1"],
  ["node", "# tests 9\n# pass 9\n# fail 0\n[exit code 0]", "9 passed, 0 failed, exit code 0"],
  [
    "vitest",
    " Test Files  1 passed (1)\n      Tests  2 failed | 12 passed (14)\n[exit code 1]",
    "12 passed, 2 failed, exit code 1",
  ],
  ["jest", "Tests:       1 failed, 9 passed, 10 total\n[exit code 1]", "9 passed, 1 failed, exit code 1"],
  ["pytest", "==== 1 failed, 3 passed in 0.12s ====\n[exit code 1]", "3 passed, 1 failed, exit code 1"],
  [
    "cargo",
    "test result: ok. 5 passed; 0 failed; 0 ignored\n[exit code 0]",
    "5 passed, 0 failed, exit code 0",
  ],
  ["something else", "all fine\n[exit code 0]", "exit code 0"],
  ["killed", "9 passed of many\n[killed: it has no exit code]", "no exit code"],
])("the summary of %s is read from what it printed", (_runner, answer, text) => {
  expect(describeTests(testResult(answer))).toBe(text);
});

test("an exit code is only the one in the last line", () => {
  expect(exitCodeIn("[exit code 1]\nmore")).toBeNull();
  expect(exitCodeIn("x\n[exit code 42]")).toBe(42);
});

const root = (files: Record<string, string>) => ({
  names: Object.keys(files),
  file: (name: string) => files[name] ?? null,
});

test("a package's own script is run, unless it is the placeholder", () => {
  expect(testCommand(root({ "package.json": '{"scripts":{"test":"bun test"}}' }))?.command).toBe(
    "bun run test",
  );
  expect(testCommand(root({ "package.json": '{"scripts":{"test":"vitest"}}' }))?.command).toContain(
    "npm test",
  );
  const none = { "package.json": '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' };
  expect(testCommand(root(none))).toBeNull();
  expect(testCommand(root({ ...none, Makefile: "all:\ntest: all\n" }))?.command).toBe("make test");
});

test("a repository that says nothing has no test command", () => {
  expect(testCommand(root({ "notes.txt": "hello" }))).toBeNull();
});
