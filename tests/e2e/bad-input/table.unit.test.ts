import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BAD_INPUT } from "./table.ts";

const ROOT = join(import.meta.dirname, "../../..");

test.each(BAD_INPUT)("$input: $outcome, shown by a test that exists", ({ shownBy }) => {
  const [file = "", ...title] = shownBy.split(" › ");
  expect(readFileSync(join(ROOT, file), "utf8")).toContain(title.join(" › "));
});
