import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { listFiles } from "./source-files.ts";

const BANNED = [
  "utils",
  "util",
  "helpers",
  "helper",
  "common",
  "misc",
  "manager",
  "service",
  "base",
  "data2",
];
const code = listFiles().filter((path) => /\.(tsx?|sql)$/.test(path));

/** Where a banned word is the field's own: what a branch starts from is its base. */
const OWN_WORDS = /^(worker|tests\/worker)\/git\/base\./;

/** Why a path's name is refused; null: it is fine. */
function refusal(path: string): string | null {
  const words = path.replace(/\.[^/]*$/, "").split(/[/-]/);
  const banned = OWN_WORDS.test(path) ? undefined : words.find((word) => BANNED.includes(word.toLowerCase()));
  if (banned !== undefined) return `"${banned}" says nothing about what is in it`;
  const name = posix.basename(path).split(".")[0] ?? "";
  const component = path.endsWith(".tsx") && /^[A-Z][A-Za-z0-9]*$/.test(name);
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
  const object = path.endsWith(".sql") && /^[a-z0-9]+(_[a-z0-9]+)*$/.test(name);
  return component || kebab || object ? null : "a file's name is in kebab-case, a component's in PascalCase";
}

describe("names", () => {
  test("every file of code is named for what is in it", () => {
    expect(code.flatMap((path) => (refusal(path) ? [`${path}: ${refusal(path)}`] : []))).toEqual([]);
  });

  test("every test says what it costs", () => {
    const tests = code.filter((path) => path.includes(".test."));
    expect(tests.length).toBeGreaterThan(5);
    expect(tests.filter((path) => !/^tests\/.*\.(unit|pg|dom|e2e)\.test\.tsx?$/.test(path))).toEqual([]);
  });

  test.each([
    "core/utils.ts",
    "worker/run-manager.ts",
    "sql/common/x.ts",
    "core/eventCatalog.ts",
    "ui/task_page.tsx",
  ])("%s is refused", (path) => {
    expect(refusal(path)).not.toBeNull();
  });

  test.each(["core/event-catalog.ts", "ui/pages/TaskPage.tsx", "sql/functions/log/append_batch.sql"])(
    "%s is fine",
    (path) => {
      expect(refusal(path)).toBeNull();
    },
  );
});
