import { describe, expect, test } from "vitest";
import { listFiles, readSource } from "./source-files.ts";

const FOLDERS = [
  "core",
  "commands",
  "projections",
  "gateway",
  "ui",
  "worker",
  "sql",
  "skills",
  "docker",
  "tests",
];
/** Beside the folders, only these lie at the top. */
const TOP_FILES = [
  ...[
    "start.ts",
    "pihordev.ts",
    "package.json",
    "bun.lock",
    "tsconfig.json",
    "bunfig.toml",
    "biome.json",
    "knip.json",
  ],
  ...[
    "README.md",
    "AGENTS.md",
    "LICENSE",
    "CONTRIBUTING.md",
    ".gitignore",
    ".gitattributes",
    ".editorconfig",
    ".dockerignore",
  ],
];
const files = listFiles();

describe("the house", () => {
  test.each(FOLDERS)("%s has a README of at most 40 lines", (folder) => {
    expect(files).toContain(`${folder}/README.md`);
    expect(readSource(`${folder}/README.md`).text.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  });

  test("the top level holds nothing else", () => {
    const top = new Set(files.map((path) => path.split("/")[0] ?? ""));
    const known = [...FOLDERS, ...TOP_FILES, "docs", ".github", ".ci"];
    expect([...top].filter((each) => !known.includes(each))).toEqual([]);
  });

  test.each(["README.md", "AGENTS.md", "LICENSE", "CONTRIBUTING.md", ".ci/run"])("%s is there", (path) => {
    expect(files).toContain(path);
  });
});
