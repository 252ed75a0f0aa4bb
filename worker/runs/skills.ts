import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PLATFORM_FOLDER, type Sandbox } from "../sandbox/sandbox.ts";

export type Skill = { name: string; description: string; path: string };

const SKILLS_FOLDER = join(import.meta.dirname, "../../skills");

/** Writes the platform's AGENTS.md and skills into the box, beside the clone, and names them for the prompt. */
export async function writeSkills(sandbox: Sandbox): Promise<Skill[]> {
  const entries = await readdir(SKILLS_FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  await sandbox.writeFile(`${PLATFORM_FOLDER}/AGENTS.md`, await readFile(join(SKILLS_FOLDER, "AGENTS.md")));
  return Promise.all(names.sort().map((name) => writeSkill(sandbox, name)));
}

async function writeSkill(sandbox: Sandbox, name: string): Promise<Skill> {
  const text = await readFile(join(SKILLS_FOLDER, name, "SKILL.md"), "utf8");
  const path = `${PLATFORM_FOLDER}/skills/${name}/SKILL.md`;
  await sandbox.writeFile(path, text);
  return { name, description: descriptionIn(text), path };
}

/** The `description:` line of a skill's front matter. */
function descriptionIn(text: string): string {
  const frontMatter = /^---\n([\s\S]*?)\n---/.exec(text)?.[1] ?? "";
  return /^description:\s*(.+)$/m.exec(frontMatter)?.[1]?.trim() ?? "";
}
