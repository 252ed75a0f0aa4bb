import { bash } from "./bash.ts";
import type { RunnableTool } from "./box/box-tool.ts";
import { edit } from "./edit.ts";
import { find } from "./find.ts";
import { grep } from "./grep.ts";
import { ls } from "./ls.ts";
import { read } from "./read.ts";
import { write } from "./write.ts";

/** Everything the agent can do. */
export const allTools: readonly RunnableTool[] = [read, bash, edit, write, ls, find, grep];
