import { describe, expect, test } from "vitest";
import { isGenerated, parseDiff } from "../../../ui/diff/parse-diff.ts";

const GIT = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,4 @@ function top() {
 one
-two
+2
+2.5
 three
@@ -10 +11 @@
-old
+new
\\ No newline at end of file
diff --git a/new.txt b/new.txt
new file mode 100644
--- /dev/null
+++ b/new.txt
@@ -0,0 +1 @@
+hello
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-bye
diff --git a/from.txt b/to.txt
similarity index 100%
rename from from.txt
rename to to.txt
diff --git a/logo.png b/logo.png
new file mode 100644
Binary files /dev/null and b/logo.png differ
`;

describe("a diff of git", () => {
  const files = parseDiff(GIT);

  test("gives each file with its status and counts", () => {
    expect(
      files.map(({ path, status, additions, deletions }) => [path, status, additions, deletions]),
    ).toEqual([
      ["src/a.ts", "modified", 3, 2],
      ["new.txt", "added", 1, 0],
      ["gone.txt", "deleted", 0, 1],
      ["to.txt", "renamed", 0, 0],
      ["logo.png", "added", 0, 0],
    ]);
  });

  test("numbers the lines of both sides", () => {
    expect(
      files[0]?.hunks[0]?.lines.map(({ kind, before, after, text }) => [kind, before, after, text]),
    ).toEqual([
      ["context", 1, 1, "one"],
      ["removed", 2, null, "two"],
      ["added", null, 2, "2"],
      ["added", null, 3, "2.5"],
      ["context", 3, 4, "three"],
    ]);
    expect(files[0]?.hunks[1]?.lines.map(({ before, after }) => [before, after])).toEqual([
      [10, null],
      [null, 11],
    ]);
  });

  test("knows renames and binaries", () => {
    expect(files[3]?.formerPath).toBe("from.txt");
    expect(files[4]?.binary).toBe(true);
  });
});

describe("what is harder", () => {
  test("content that looks like a header stays content", () => {
    const [file] = parseDiff(
      "--- a/x.md\n+++ b/x.md\n@@ -1,2 +1,2 @@\n--- a title\n-diff --git a/y b/y\n+++ b/z\n+@@ -1 +1 @@\n",
    );
    expect(file).toMatchObject({ path: "x.md", additions: 2, deletions: 2 });
    expect(file?.hunks[0]?.lines.map(({ text }) => text)).toEqual([
      "-- a title",
      "diff --git a/y b/y",
      "++ b/z",
      "@@ -1 +1 @@",
    ]);
  });

  test("two diffs without git's line are two files", () => {
    const files = parseDiff("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-c\n+d\n");
    expect(files.map(({ path }) => path)).toEqual(["x", "y"]);
  });

  test("quoted names with bytes in octal", () => {
    const [file] = parseDiff(
      'diff --git "a/gr\\303\\274n \\"x\\".txt" "b/gr\\303\\274n \\"x\\".txt"\n--- "a/gr\\303\\274n \\"x\\".txt"\n+++ "b/gr\\303\\274n \\"x\\".txt"\n@@ -1 +1 @@\n-a\n+b\n',
    );
    expect(file?.path).toBe('grün "x".txt');
  });

  test("names with spaces, also without any hunk", () => {
    expect(parseDiff("diff --git a/a b.txt b/a b.txt\nold mode 100644\nnew mode 100755\n")[0]).toMatchObject({
      path: "a b.txt",
      hunks: [],
    });
  });

  test.each([
    "",
    "no diff at all",
    "@@ -1 +1 @@\n+x",
    "diff --git \n@@ nonsense",
    "--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n cut",
  ])("%j is no reason to fail", (text) => {
    expect(() => parseDiff(text)).not.toThrow();
  });

  test("a cut diff gives what is there", () => {
    expect(parseDiff(GIT.slice(0, 130))[0]).toMatchObject({ path: "src/a.ts" });
  });
});

test.each([
  ["bun.lock", true],
  ["web/package-lock.json", true],
  ["app.min.js", true],
  ["src/lock.ts", false],
  ["src/distance.ts", false],
])("%s is generated: %j", (path, generated) => {
  expect(isGenerated(path)).toBe(generated);
});
