import { createTwoFilesPatch } from "diff";
import * as z from "zod";
import { NotFound, TooLarge } from "../../../core/errors.ts";
import { boxPath, shownPath } from "./box/box-path.ts";
import { bounded, boxTool, type ToolCall, type ToolContext } from "./box/box-tool.ts";
import { isBinary } from "./read.ts";

/** Larger files are written all the same, without a diff. */
const MAX_DIFF_BYTES = 256 * 1024;
/** Comparing stops the whole process: what takes longer gets no diff. */
const DIFF_TIMEOUT_MS = 200;

const schema = z.object({
  path: z.string().min(1).max(4_000).describe("File, relative to the repository or absolute"),
  content: z.string().max(4_000_000).describe("The whole new content"),
});

export const write = boxTool({
  name: "write",
  description:
    "Write a whole file, new or instead of what is there. Missing folders are made. To change a part, use edit.",
  schema,
  changes: true,
  async execute(call, context) {
    const path = boxPath(call.args.path);
    const { content } = call.args;
    const before = await textBefore(path, call, context);
    await bounded(context.sandbox.writeFile(path, content), call, context);
    const shown = shownPath(path);
    const diff = before === null ? null : unifiedDiff(shown, before, content);
    return { text: `Wrote ${Buffer.byteLength(content)} bytes to ${shown}.`, diff };
  },
});

/** Empty for a new file; null when there is nothing to compare: binary, too large or not readable. */
async function textBefore(
  path: string,
  call: ToolCall<unknown>,
  context: ToolContext,
): Promise<string | null> {
  try {
    const bytes = await bounded(context.sandbox.readFile(path, { maxBytes: MAX_DIFF_BYTES }), call, context);
    return isBinary(bytes) ? null : Buffer.from(bytes).toString("utf8");
  } catch (thrown) {
    if (thrown instanceof NotFound) return "";
    if (thrown instanceof TooLarge) return null;
    throw thrown;
  }
}

/** What changed, as `diff -u` shows it; null when nothing did or the texts are too large to compare in time. */
export function unifiedDiff(path: string, before: string, after: string): string | null {
  if (before === after || after.length > MAX_DIFF_BYTES) return null;
  const names: [string, string] = [before === "" ? "/dev/null" : `a/${path}`, `b/${path}`];
  const patch = createTwoFilesPatch(...names, before, after, undefined, undefined, {
    context: 3,
    timeout: DIFF_TIMEOUT_MS,
  });
  return patch?.replace(/^=+\n/, "") ?? null;
}
