import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "../../skills");
const names = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
const read = (path: string) => readFileSync(join(FOLDER, path), "utf8");

describe("the platform's skills", () => {
  test("are the five that every sandbox gets", () => {
    expect(names).toEqual(["code-review", "dependency-mgmt", "git-workflow", "project-setup", "test-runner"]);
  });

  test.each(names)("%s says its name and, in one line, what it is for", (name) => {
    const text = read(`${name}/SKILL.md`);
    const [, head = ""] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
    const fields = head.split("\n").map((line) => line.split(": ")[0]);
    expect(fields).toEqual(["name", "description"]);
    expect(head).toContain(`name: ${name}\n`);
    expect(/^description: (.{40,300})$/m.exec(head)?.[1]).toBeDefined();
    expect(text.split("\n").length).toBeLessThanOrEqual(100);
  });

  test("are all named in AGENTS.md, and every skill that a page names exists", () => {
    const agents = read("AGENTS.md");
    expect(names.filter((name) => !agents.includes(`skills/${name}/SKILL.md`))).toEqual([]);
    const pages = [agents, ...names.map((name) => read(`${name}/SKILL.md`))].join("\n");
    const referred = [...pages.matchAll(/(?:skills?\/| skill `)([a-z-]+)/g)].map(([, name]) => name ?? "");
    expect(referred.length).toBeGreaterThan(5);
    expect(referred.filter((name) => !names.includes(name))).toEqual([]);
  });
});
