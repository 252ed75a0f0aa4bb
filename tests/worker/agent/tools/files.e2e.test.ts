import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "../../../../worker/sandbox/sandbox.ts";
import { SECRET, type ToolBench, toolBench } from "../support/call-tool.ts";
import { type Boxes, inBox, startBoxes } from "../support/real-box.ts";

let boxes: Boxes;
let box: Sandbox;
let bench: ToolBench;
beforeAll(async () => {
  boxes = await startBoxes();
  box = await boxes.open({
    "src/app.ts": "const a = 1;\nconst b = 2;\n",
    "windows.txt": "one\r\ntwo\r\n",
    "many.txt": Array.from({ length: 5_000 }, (_, index) => `line ${index + 1}`).join("\n"),
    "picture.bin": new Uint8Array([137, 80, 78, 71, 0, 1, 2, 3]),
    "latin.txt": new Uint8Array([0x63, 0x61, 0x66, 0xe9, 0x0a]),
    "with space and 'quote'.md": "found me\n",
    ".gitignore": "ignored/\n",
    "ignored/hidden.ts": "const hidden = 3;\n",
    "key.txt": `key=${SECRET}\n`,
  });
  bench = toolBench(box, boxes.settings);
});
afterAll(async () => {
  await boxes?.close();
});

test("a file is read exactly, and on from any line", async () => {
  expect((await bench.call("read", { path: "src/app.ts" })).text).toBe("const a = 1;\nconst b = 2;");
  const page = await bench.call("read", { path: "/workspace/repo/many.txt" });
  expect(page.text).toContain("line 1\n");
  expect(page.text).toMatch(/\[Lines 1 to 2000 of 5000\. Go on with offset 2001\.\]$/);
  const last = await bench.call("read", { path: "many.txt", offset: 4_999 });
  expect(last.text).toBe("line 4999\nline 5000");
});

test.each([
  [{ path: "nowhere.ts" }, /nowhere\.ts/],
  [{ path: "picture.bin" }, /binary file of 8 bytes/],
  [{ path: "many.txt", offset: 9_000 }, /has 5000 lines: there is no line 9000/],
  [{ path: "~/x" }, /begins with ~/],
  [{ path: "a\0b" }, /NUL/],
  [{ path: "src" }, /./],
])("what cannot be read is said: %j", async (args, sentence) => {
  const { text, isError, facts } = await bench.call("read", args);
  expect(isError).toBe(true);
  expect(text).toMatch(sentence);
  expect(facts.reason).toBe("failed");
});

test("paths lead nowhere but into the box, also through links and ..", async () => {
  await inBox(box, "ln -s /etc/hostname /workspace/repo/link; ln -s / /workspace/repo/root");
  for (const path of ["../../../../etc/passwd", "root/etc/passwd"]) {
    const { text } = await bench.call("read", { path });
    expect(text.trim()).toBe((await inBox(box, "cat /etc/passwd")).trim());
  }
  const shadow = await bench.call("read", { path: "root/etc/shadow" });
  expect(shadow.text).not.toMatch(/root:[$!*]/);
  await inBox(box, "rm /workspace/repo/link /workspace/repo/root");
});

test("a secret in a file is not read out", async () => {
  expect((await bench.call("read", { path: "key.txt" })).text).toBe("key=[secret removed]");
});

test("writing makes folders, says how much, and gives a diff", async () => {
  const made = await bench.call("write", { path: "new/deep/file.txt", content: "eins\nzwei\n" });
  expect(made.text).toBe("Wrote 10 bytes to new/deep/file.txt.");
  expect(made.facts.diff).toContain(
    "--- /dev/null\n+++ b/new/deep/file.txt\n@@ -0,0 +1,2 @@\n+eins\n+zwei\n",
  );
  const again = await bench.call("write", { path: "new/deep/file.txt", content: "eins\ndrei\n" });
  expect(again.facts.diff).toContain("-zwei\n+drei");
  expect(await inBox(box, "cat /workspace/repo/new/deep/file.txt")).toBe("eins\ndrei\n");
});

test("an edit changes what it names and nothing else", async () => {
  const edited = await bench.call("edit", {
    path: "src/app.ts",
    edits: [
      { oldText: "b = 2", newText: "b = 3" },
      { oldText: "const a = 1;\n", newText: "" },
    ],
  });
  expect(edited.isError).toBe(false);
  expect(edited.facts.diff).toContain("-const a = 1;\n-const b = 2;\n+const b = 3;\n");
  expect(await inBox(box, "cat /workspace/repo/src/app.ts")).toBe("const b = 3;\n");
  await bench.call("edit", { path: "windows.txt", edits: [{ oldText: "one\ntwo", newText: "1\n2" }] });
  expect(await inBox(box, "od -c /workspace/repo/windows.txt | head -1")).toContain(
    "1  \\r  \\n   2  \\r  \\n",
  );
});

test.each([
  ["src/app.ts", "not there", /This text is not in src\/app\.ts/],
  ["many.txt", "line 100", /more than once/],
  ["key.txt", "key=", /change nothing/],
  ["latin.txt", "caf", /not UTF-8/],
  ["gone.txt", "x", /gone\.txt/],
])("an edit of %s that does not fit changes nothing: %s", async (path, oldText, sentence) => {
  const state = "cd /workspace/repo && git status --porcelain && git diff HEAD | sha256sum";
  const before = await inBox(box, state);
  const { text, isError } = await bench.call("edit", { path, edits: [{ oldText, newText: oldText }] });
  expect(isError).toBe(true);
  expect(text).toMatch(sentence);
  expect(await inBox(box, state)).toBe(before);
});

test("a file whose name a shell would read otherwise is found, read and listed", async () => {
  const name = "with space and 'quote'.md";
  expect((await bench.call("ls", {})).text.split("\n")).toContain(name);
  expect((await bench.call("find", { pattern: "with*.md" })).text).toBe(name);
  expect((await bench.call("grep", { pattern: "found me", path: name })).text).toContain("1:found me");
});

test("a folder is listed with marks, and what is not there is said", async () => {
  const { text } = await bench.call("ls", {});
  expect(text.split("\n")).toEqual(expect.arrayContaining([".git/", "src/", "many.txt"]));
  expect((await bench.call("ls", { path: "nowhere" })).text).toBe("There is no nowhere.");
  expect((await bench.call("ls", { path: "many.txt" })).text).toMatch(/is a file of \d+ bytes/);
});

test("files are found by name, without what git ignores", async () => {
  expect((await bench.call("find", { pattern: "*.ts" })).text).toBe("src/app.ts");
  expect((await bench.call("find", { pattern: "src/**/*.ts" })).text).toBe("src/app.ts");
  expect((await bench.call("find", { pattern: "*.ts", path: "src" })).text).toBe("src/app.ts");
  expect((await bench.call("find", { pattern: "*.nothing" })).text).toBe("No file fits *.nothing.");
  expect((await bench.call("find", { pattern: "*", path: "nowhere" })).isError).toBe(true);
  expect((await bench.call("find", { pattern: "os-release", path: "/etc" })).text).toMatch(
    /^(\/etc\/os-release|No file fits)/,
  );
});

test("text is searched with Perl's expressions, plainly, and below a path", async () => {
  expect((await bench.call("grep", { pattern: "b\\s*=\\s*\\d" })).text).toBe("src/app.ts:1:const b = 3;");
  expect((await bench.call("grep", { pattern: "CONST B", ignoreCase: true, path: "src" })).text).toBe(
    "src/app.ts:1:const b = 3;",
  );
  expect((await bench.call("grep", { pattern: "b = 3;", literal: true, glob: "*.ts" })).text).toBe(
    "src/app.ts:1:const b = 3;",
  );
  expect((await bench.call("grep", { pattern: "hidden" })).text).toBe("No match.");
  expect((await bench.call("grep", { pattern: "-e; touch /tmp/pwned", literal: true })).text).toBe(
    "No match.",
  );
  expect((await bench.call("grep", { pattern: "(" })).isError).toBe(true);
  const many = await bench.call("grep", { pattern: "line", path: "many.txt", limit: 3 });
  expect(many.text).toMatch(/line 3\n\[4997 more lines/);
  await inBox(box, "mkdir -p /tmp/plain && echo needle > /tmp/plain/a.txt");
  expect((await bench.call("grep", { pattern: "needle", path: "/tmp/plain" })).text).toContain(
    "a.txt:1:needle",
  );
});

test("when the box is gone every tool says so", async () => {
  const lost = await boxes.open();
  const other = toolBench(lost, boxes.settings);
  await lost.close();
  for (const [tool, args] of [
    ["bash", { command: "true" }],
    ["read", { path: "a" }],
    ["write", { path: "a", content: "b" }],
    ["ls", {}],
    ["find", { pattern: "*" }],
    ["grep", { pattern: "x" }],
  ] as const) {
    const { isError, facts } = await other.call(tool, args);
    expect([tool, isError, facts.reason]).toEqual([tool, true, "sandbox_lost"]);
  }
});
