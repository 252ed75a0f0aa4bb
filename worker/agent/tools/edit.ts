import * as z from "zod";
import { BadInput } from "../../../core/errors.ts";
import { boxPath, shownPath } from "./box/box-path.ts";
import { bounded, boxTool } from "./box/box-tool.ts";
import { replaceText } from "./replace-text.ts";
import { unifiedDiff } from "./write.ts";

const MAX_FILE_BYTES = 8 * 1024 * 1024;

const replacement = z.object({
  oldText: z.string().min(1).describe("Text that occurs exactly once in the file"),
  newText: z.string().describe("What stands there afterwards"),
});
const schema = z.object({
  path: z.string().min(1).max(4_000).describe("File, relative to the repository or absolute"),
  edits: z.array(replacement).min(1).max(200).describe("All edits of this file, against its present text"),
});

export const edit = boxTool({
  name: "edit",
  description:
    "Change parts of a text file. Each edit replaces a text that occurs exactly once, spaces and line ends included; all edits are matched against the file as it is, so they must not overlap.",
  schema,
  changes: true,
  async execute(call, context) {
    const path = boxPath(call.args.path);
    const shown = shownPath(path);
    const bytes = await bounded(context.sandbox.readFile(path, { maxBytes: MAX_FILE_BYTES }), call, context);
    const before = decode(bytes, shown);
    const after = replaceText(before, call.args.edits, shown);
    await bounded(context.sandbox.writeFile(path, after), call, context);
    const diff = unifiedDiff(shown, before, after);
    const count = call.args.edits.length;
    return {
      text: `Made ${count} ${count === 1 ? "edit" : "edits"} in ${shown}.\n${diff ?? ""}`.trim(),
      diff,
    };
  },
});

/** Writing back what was not UTF-8 would change bytes that nobody wanted changed. */
function decode(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BadInput(`${shown} is not UTF-8 text: change it with a command.`);
  }
}
