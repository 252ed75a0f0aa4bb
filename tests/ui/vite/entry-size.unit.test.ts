import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { entryBytes, overLimits, styleBytes } from "../../../ui/vite/entry-size.ts";

const bundle = {
  "main.js": { type: "chunk", fileName: "main.js", code: "main", isEntry: true, imports: ["a.js"] },
  "a.js": { type: "chunk", fileName: "a.js", code: "a", imports: ["main.js", "b.js"] },
  "b.js": { type: "chunk", fileName: "b.js", code: "b", imports: [] },
  "lazy.js": { type: "chunk", fileName: "lazy.js", code: "x".repeat(9_999), imports: [] },
  "x.css": { type: "asset", fileName: "x.css", source: "p{}" },
} as const;

test("the first load is the entry with all that it imports, each once, and nothing lazy", () => {
  const expected = ["main", "a", "b"].reduce((sum, code) => sum + gzipSync(code).length, 0);
  expect(entryBytes(bundle)).toBe(expected);
  expect(styleBytes(bundle)).toBe(gzipSync("p{}").length);
});

test("what is over a limit is said in a sentence", () => {
  const limits = { scriptBytes: 1_000, styleBytes: 1_000 };
  expect(overLimits({ script: 1_000, style: 1_000 }, limits)).toEqual([]);
  expect(overLimits({ script: 2_000, style: 1_500 }, limits)).toEqual([
    "The entry script has 2.0 kB gzip, the limit is 1.0 kB: load a part of it lazily.",
    "The style has 1.5 kB gzip, the limit is 1.0 kB: load a part of it lazily.",
  ]);
});
