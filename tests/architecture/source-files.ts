import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, type Visitor } from "vite";

export const ROOT = join(import.meta.dirname, "../..");
export type SourceFile = { path: string; text: string };
export type Parsed = ReturnType<typeof parseSync>;
export type Program = Parameters<InstanceType<typeof Visitor>["visit"]>[0];

const GENERATED = /\.generated\.ts$/;
/** Data that a run works on, not code of the project. */
const FOREIGN = /^worker\/demo\/sample\//;

/** Files that git knows or would take, so that new work is judged before it is committed. */
export function listFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const paths = [...new Set(listed.split("\0").filter(Boolean))].sort();
  return paths.filter((path) => !FOREIGN.test(path) && existsSync(join(ROOT, path)));
}

export function readSource(path: string): SourceFile {
  return { path, text: readFileSync(join(ROOT, path), "utf8") };
}

/** Every TypeScript file of the project that a person wrote. */
export function sourceFiles(): SourceFile[] {
  return listFiles()
    .filter((path) => /\.tsx?$/.test(path) && !GENERATED.test(path))
    .map(readSource);
}

/** Throws for a file that is not TypeScript: nothing may slip through unread. */
export function parse({ path, text }: SourceFile): Parsed {
  const parsed = parseSync(path, text, { sourceType: "module" });
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0]?.message}`);
  return parsed;
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
