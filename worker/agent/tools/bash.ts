import { posix } from "node:path";
import * as z from "zod";
import { MAX_INLINE_OUTPUT_BYTES } from "../../../core/limits.ts";
import { type CommandResult, PLATFORM_FOLDER, WORKSPACE } from "../../sandbox/sandbox.ts";
import { type Bounded, headAndTail } from "./box/bounded-output.ts";
import { boxTool, type ToolCall, type ToolContext, type ToolOutcome } from "./box/box-tool.ts";

/** Output of one command that is kept at all: what is more is dropped from its middle. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

const schema = z.object({
  command: z.string().min(1).max(100_000).describe("Shell command, run by bash in the repository"),
  timeoutSeconds: z.number().positive().optional().describe("Ends the command after this time"),
});
type Args = z.output<typeof schema>;

export const bash = boxTool({
  name: "bash",
  description: `Run a shell command in ${WORKSPACE}. Gives stdout and stderr as they came, at most 2,000 lines or 50 KB of them (beginning and end), and the exit code. It cannot be asked for input. State of the shell does not stay between calls.`,
  schema,
  changes: true,
  async execute(call, context) {
    const { settings } = context;
    const wanted =
      call.args.timeoutSeconds === undefined ? settings.TOOL_TIMEOUT_MS : call.args.timeoutSeconds * 1_000;
    const timeoutMs = Math.max(1, Math.round(Math.min(wanted, settings.TOOL_TIMEOUT_MAX_MS)));
    const result = await context.sandbox.run(call.args.command, {
      cwd: WORKSPACE,
      timeoutMs,
      signal: call.signal,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      onOutput: (text) => context.live(call.toolCallId, text),
    });
    return outcomeOf(result, { call, context, timeoutMs });
  },
});

type Ran = { call: ToolCall<Args>; context: ToolContext; timeoutMs: number };

async function outcomeOf(result: CommandResult, ran: Ran): Promise<ToolOutcome> {
  const whole = ran.context.scrub(result.output);
  const bounded = headAndTail(whole);
  const wholeBytes = Buffer.from(whole, "utf8");
  const rest = bounded.cut && result.reason !== "lost" ? await restSentence(wholeBytes, bounded, ran) : "";
  const outputBlob =
    wholeBytes.length > MAX_INLINE_OUTPUT_BYTES ? await ran.context.putBlob(wholeBytes) : null;
  return {
    text: [bounded.text.trimEnd(), rest, statusLine(result, ran.timeoutMs)]
      .filter((part) => part !== "")
      .join("\n"),
    isError: result.reason !== "exit" || result.exitCode !== 0,
    exitCode: result.exitCode,
    reason: reasonOf(result),
    output: whole,
    outputBytes: result.outputBytes,
    outputBlob,
  };
}

/** The whole output lies in the box, beside the clone, where the model can read any part of it. */
async function restSentence(whole: Uint8Array, bounded: Bounded, { call, context }: Ran): Promise<string> {
  const name = call.toolCallId.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 80);
  const path = posix.join(PLATFORM_FOLDER, "output", `${name}.log`);
  try {
    await context.sandbox.writeFile(path, whole);
    return `[${bounded.lines} lines in all. The rest: read ${path} with offset and limit, or search it with grep.]`;
  } catch {
    return `[${bounded.lines} lines in all. The rest could not be kept: run the command again and filter its output.]`;
  }
}

function reasonOf(result: CommandResult): NonNullable<ToolOutcome["reason"]> {
  switch (result.reason) {
    case "exit":
      return result.exitCode === 0 ? "done" : "failed";
    case "timeout":
      return "timeout";
    case "aborted":
      return "aborted";
    case "killed":
      return "failed";
    case "lost":
      return "sandbox_lost";
    default: {
      const unknown: never = result.reason;
      return unknown;
    }
  }
}

function statusLine(result: CommandResult, timeoutMs: number): string {
  if (result.reason === "timeout")
    return `[ended after ${timeoutMs / 1_000} s: give timeoutSeconds if it needs longer]`;
  if (result.reason === "aborted") return "[the run was stopped]";
  if (result.reason === "lost") return "[the sandbox is gone]";
  if (result.exitCode === null)
    return "[killed: it has no exit code; it may have used too much memory or too many processes]";
  return `[exit code ${result.exitCode}]`;
}
