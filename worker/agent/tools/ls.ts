import * as z from "zod";
import { BadInput } from "../../../core/errors.ts";
import { boxPath, shownPath } from "./box/box-path.ts";
import { bounded, boxTool } from "./box/box-tool.ts";

const MAX_ENTRIES = 500;
const MARKS = { directory: "/", symlink: "@", file: "", other: "" } as const;

const schema = z.object({
  path: z.string().min(1).max(4_000).optional().describe("Folder; left out: the repository"),
});

export const ls = boxTool({
  name: "ls",
  description: "List a folder, hidden files included: folders end in /, symbolic links in @.",
  schema,
  changes: false,
  async execute(call, context) {
    const path = boxPath(call.args.path ?? ".");
    const info = await bounded(context.sandbox.info(path), call, context);
    if (!info) throw new BadInput(`There is no ${shownPath(path)}.`);
    if (info.type === "file") return { text: `${shownPath(path)} is a file of ${info.size} bytes.` };
    const entries = await bounded(context.sandbox.list(path, { depth: 1 }), call, context);
    const names = entries
      .filter((entry) => entry.path !== path)
      .map((entry) => `${entry.path.slice(entry.path.lastIndexOf("/") + 1)}${MARKS[entry.type]}`)
      .sort();
    if (names.length === 0) return { text: `[${shownPath(path)} is empty]` };
    const left = names.length - MAX_ENTRIES;
    const note = left > 0 ? [`[${left} more: list a folder below it, or use find]`] : [];
    return { text: [...names.slice(0, MAX_ENTRIES), ...note].join("\n") };
  },
});
