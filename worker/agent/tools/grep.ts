import * as z from "zod";
import { BadInput, SandboxError } from "../../../core/errors.ts";
import { clipLine, MAX_BYTES, take } from "./box/bounded-output.ts";
import { boxPath, shellWord } from "./box/box-path.ts";
import { boxTool } from "./box/box-tool.ts";

const DEFAULT_LIMIT = 200;
const MAX_LINE_CHARS = 500;

const schema = z.object({
  pattern: z.string().min(1).max(2_000).describe("Regular expression (Perl), or a plain text with literal"),
  path: z.string().min(1).max(4_000).optional().describe("Folder or file; left out: the repository"),
  glob: z.string().min(1).max(1_000).optional().describe("Only files whose path fits, for example *.ts"),
  literal: z.boolean().optional().describe("The pattern is a plain text"),
  ignoreCase: z.boolean().optional(),
  context: z.number().int().min(0).max(20).optional().describe("Lines around each match"),
  limit: z.number().int().min(1).max(2_000).optional().describe("Lines of the answer"),
});
type Args = z.output<typeof schema>;

export const grep = boxTool({
  name: "grep",
  description:
    "Search the text of files, without those that git ignores and without binary files. Gives path:line:text.",
  schema,
  changes: false,
  async execute(call, context) {
    const result = await context.sandbox.run(searchCommand(call.args), {
      timeoutMs: context.settings.TOOL_TIMEOUT_MS,
      signal: call.signal,
      maxOutputBytes: 4 * 1024 * 1024,
    });
    if (result.reason === "lost") throw new SandboxError("The sandbox is gone.");
    if (result.reason !== "exit")
      throw new BadInput(
        `The search did not end by itself (${result.reason}): give a narrower path or pattern.`,
      );
    if (result.exitCode === 1) return { text: "No match." };
    if (result.exitCode !== 0) throw new BadInput(`The search failed: ${result.output.trim().slice(0, 500)}`);
    return { text: matchesText(result.output, call.args.limit ?? DEFAULT_LIMIT) };
  },
});

/** Exit code 0: found, 1: nothing found, more: wrong. Outside a repository plain grep does the same. */
function searchCommand(args: Args): string {
  const target = boxPath(args.path ?? ".");
  const options = ["-n", "-I", args.literal ? "-F" : "-P"];
  if (args.ignoreCase) options.push("-i");
  if (args.context) options.push(`-C${args.context}`);
  const pattern = `-e ${shellWord(args.pattern)}`;
  const spec =
    args.glob === undefined
      ? "."
      : shellWord(args.glob.includes("/") ? `:(glob)${args.glob}` : `:(glob)**/${args.glob}`);
  const include = args.glob === undefined ? "" : `--include=${shellWord(args.glob)}`;
  const inRepository = `git --no-pager grep --no-color --full-name --untracked ${options.join(" ")} ${pattern} --`;
  const plain = `grep -r --exclude-dir=.git ${options.join(" ")} ${include} ${pattern} --`;
  return [
    `t=${shellWord(target)}`,
    `if [ -d "$t" ]; then cd "$t"; d=1; elif [ -e "$t" ]; then cd "$(dirname "$t")"; f="$(basename "$t")"; else echo "there is no $t"; exit 2; fi`,
    "if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then",
    `  if [ -n "$d" ]; then ${inRepository} ${spec}; else ${inRepository} "$f"; fi`,
    "else",
    `  if [ -n "$d" ]; then ${plain} .; else ${plain} "$f"; fi`,
    "fi",
  ].join("\n");
}

function matchesText(output: string, limit: number): string {
  const lines = output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => clipLine(line, MAX_LINE_CHARS));
  const taken = take(lines, { lines: limit, bytes: MAX_BYTES });
  const left = lines.length - taken.length;
  return left > 0
    ? `${taken.join("\n")}\n[${left} more lines: give a narrower pattern or path, or a higher limit]`
    : taken.join("\n");
}
