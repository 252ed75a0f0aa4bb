import { posix } from "node:path";
import * as z from "zod";
import { BadInput, SandboxError } from "../../../core/errors.ts";
import { WORKSPACE } from "../../sandbox/sandbox.ts";
import { boxPath, shellWord, shownPath } from "./box/box-path.ts";
import { boxTool } from "./box/box-tool.ts";

const DEFAULT_LIMIT = 500;
const MAX_LIST_BYTES = 16 * 1024 * 1024;

const schema = z.object({
  pattern: z
    .string()
    .min(1)
    .max(1_000)
    .describe("Glob such as *.ts, src/**/*.test.ts; without / it fits names in any folder"),
  path: z.string().min(1).max(4_000).optional().describe("Folder; left out: the repository"),
  limit: z.number().int().min(1).max(5_000).optional(),
});

/** Files of a repository without what git ignores; anywhere else every file. */
const LIST_FILES =
  "if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then git -c core.quotepath=off ls-files --cached --others --exclude-standard --deduplicate; else find . -type f -not -path '*/.git/*' | sed 's|^\\./||'; fi";

export const find = boxTool({
  name: "find",
  description:
    "Find files by name pattern, without those that git ignores. The pattern is matched against the path below the folder searched.",
  schema,
  changes: false,
  async execute(call, context) {
    const { pattern, limit = DEFAULT_LIMIT } = call.args;
    const folder = boxPath(call.args.path ?? ".");
    const result = await context.sandbox.run(`cd ${shellWord(folder)} && { ${LIST_FILES}; }`, {
      timeoutMs: context.settings.TOOL_TIMEOUT_MS,
      signal: call.signal,
      maxOutputBytes: MAX_LIST_BYTES,
    });
    if (result.reason === "lost") throw new SandboxError("The sandbox is gone.");
    if (result.exitCode !== 0)
      throw new BadInput(
        `${folder} could not be searched: ${result.output.trim().slice(0, 500) || result.reason}.`,
      );
    const found = result.output
      .split("\n")
      .filter((file) => file !== "" && fits(file, pattern))
      .sort();
    if (found.length === 0) return { text: `No file fits ${pattern}.` };
    const prefix = folder === WORKSPACE ? "" : `${shownPath(folder)}/`;
    const left = found.length - limit;
    const note = left > 0 ? [`[${left} more: give a narrower pattern or a higher limit]`] : [];
    return { text: [...found.slice(0, limit).map((file) => prefix + file), ...note].join("\n") };
  },
});

function fits(file: string, pattern: string): boolean {
  const wanted = pattern.replace(/^\.\//, "");
  if (wanted.includes("/")) return posix.matchesGlob(file, wanted);
  return posix.matchesGlob(posix.basename(file), wanted);
}
