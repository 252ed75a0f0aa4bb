import { describe, expect, test } from "vitest";
import { parseChangedFiles } from "../../../../worker/git/box/changed-files.ts";

const A = "a".repeat(40);
const B = "b".repeat(40);
const NONE = "0".repeat(40);

describe("changed files", () => {
  test("join status, counts and sizes, also of renamed, binary and oddly named files", () => {
    const raw = [
      `:100644 100644 ${B} ${A} M\0src/a.ts\0`,
      `:000000 100644 ${NONE} ${B} A\0new\tname\nhere\0`,
      `:100644 000000 ${A} ${NONE} D\0gone\0`,
      `:100644 100644 ${A} ${A} R100\0old\0moved\0`,
      `:100644 120000 ${A} ${B} T\0link\0`,
    ].join("");
    const numstat =
      "3\t1\tsrc/a.ts\0-\t-\tnew\tname\nhere\x000\t4\tgone\0" + "0\t0\t\0old\0moved\0" + "1\t1\tlink\0";
    const sizes = `${A} blob 120\n${B} blob 7\n${NONE} missing\n`;
    expect(parseChangedFiles({ raw, numstat, sizes })).toEqual([
      { path: "src/a.ts", oldPath: null, status: "modified", additions: 3, deletions: 1, size: 120 },
      { path: "new\tname\nhere", oldPath: null, status: "added", additions: null, deletions: null, size: 7 },
      { path: "gone", oldPath: null, status: "deleted", additions: 0, deletions: 4, size: null },
      { path: "moved", oldPath: "old", status: "renamed", additions: 0, deletions: 0, size: 120 },
      { path: "link", oldPath: null, status: "type_changed", additions: 1, deletions: 1, size: 7 },
    ]);
  });

  test("leave out what was cut off or is no listing at all", () => {
    const raw = `:100644 100644 ${B} ${A} M\0whole\0:100644 1006`;
    expect(parseChangedFiles({ raw, numstat: "1\t1\twh", sizes: "" })).toEqual([
      { path: "whole", oldPath: null, status: "modified", additions: null, deletions: null, size: null },
    ]);
    expect(parseChangedFiles({ raw: "hello\0world", numstat: "x", sizes: "y" })).toEqual([]);
    expect(parseChangedFiles({ raw: "", numstat: "", sizes: "" })).toEqual([]);
  });
});
