import * as z from "zod";
import { BadInput } from "../../../core/errors.ts";
import { clipLine, MAX_BYTES, MAX_LINES, take } from "./box/bounded-output.ts";
import { boxPath, shownPath } from "./box/box-path.ts";
import { bounded, boxTool } from "./box/box-tool.ts";

const MAX_FILE_BYTES = 32 * 1024 * 1024;
const MAX_LINE_CHARS = 20_000;

const schema = z.object({
  path: z.string().min(1).max(4_000).describe("File, relative to the repository or absolute"),
  offset: z.number().int().min(1).optional().describe("First line, counted from 1"),
  limit: z.number().int().min(1).optional().describe("Number of lines"),
});

export const read = boxTool({
  name: "read",
  description:
    "Read a text file. Gives at most 2,000 lines or 50 KB from `offset` on and says how to go on. The text is exactly the file's.",
  schema,
  changes: false,
  async execute(call, context) {
    const { offset = 1, limit = MAX_LINES } = call.args;
    const path = boxPath(call.args.path);
    const bytes = await bounded(context.sandbox.readFile(path, { maxBytes: MAX_FILE_BYTES }), call, context);
    if (isBinary(bytes)) {
      throw new BadInput(
        `${shownPath(path)} is a binary file of ${bytes.length} bytes: look at it with a command such as file or xxd.`,
      );
    }
    return { text: page(Buffer.from(bytes).toString("utf8"), { offset, limit, shown: shownPath(path) }) };
  },
});

type Page = { offset: number; limit: number; shown: string };

function page(text: string, { offset, limit, shown }: Page): string {
  if (text === "") return `[${shown} is empty]`;
  const lines = text.split("\n");
  const count = text.endsWith("\n") ? lines.length - 1 : lines.length;
  if (offset > count) throw new BadInput(`${shown} has ${count} lines: there is no line ${offset}.`);
  const wanted = lines
    .slice(offset - 1, Math.min(count, offset - 1 + limit))
    .map((line) => clipLine(line, MAX_LINE_CHARS));
  const taken = take(wanted, { lines: Math.min(limit, MAX_LINES), bytes: MAX_BYTES });
  const last = offset - 1 + taken.length;
  if (last >= count) return taken.join("\n");
  return `${taken.join("\n")}\n[Lines ${offset} to ${last} of ${count}. Go on with offset ${last + 1}.]`;
}

/** NUL never occurs in text of any encoding that can be shown here. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8_192).includes(0);
}
