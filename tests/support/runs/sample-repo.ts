import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const runFile = promisify(execFile);

/** git in a repository of the test's own, with no configuration of the machine. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await runFile("git", ["-c", "safe.directory=*", ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "Test",
      GIT_AUTHOR_EMAIL: "test@example.com",
      GIT_COMMITTER_NAME: "Test",
      GIT_COMMITTER_EMAIL: "test@example.com",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
    },
  });
  return stdout.trim();
}

const CALCULATOR = {
  "package.json": '{ "name": "calculator", "scripts": { "test": "bun test" } }\n',
  "README.md": "# Calculator\n\nAdds and subtracts.\n",
  "src/calculator.js": "export const add = (a, b) => a - b;\nexport const subtract = (a, b) => a - b;\n",
  "src/calculator.test.js": [
    'import { expect, test } from "bun:test";',
    'import { add, subtract } from "./calculator.js";',
    'test("adds", () => expect(add(2, 3)).toBe(5));',
    'test("subtracts", () => expect(subtract(5, 3)).toBe(2));',
    "",
  ].join("\n"),
};

/** A small real repository with tests, one of which fails until `add` adds. Branch `main`, one commit. */
export async function makeRepository(files: Record<string, string> = CALCULATOR): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pihordev-repository-"));
  // The host's git may run as another user than the test's.
  await chmod(folder, 0o755);
  await git(folder, "init", "--quiet", "--initial-branch=main");
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "-m", "First");
  return folder;
}
