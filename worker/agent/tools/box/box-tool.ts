import type * as z from "zod";
import { BadInput, messageOf, SandboxError } from "../../../../core/errors.ts";
import { MAX_INLINE_OUTPUT_BYTES } from "../../../../core/limits.ts";
import type { Settings } from "../../../../core/settings.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";
import type { ToolFacts } from "../../recording/translate.ts";
import { clipMiddle } from "./bounded-output.ts";

export type ToolContext = {
  sandbox: Sandbox;
  settings: Settings;
  scrub(text: string): string;
  putBlob(bytes: Uint8Array): Promise<string>;
  /** A piece of a command's output while it runs. */
  live(toolCallId: string, text: string): void;
};

/** `text` is what the model is given. What is left out of the rest has its ordinary value. */
export type ToolOutcome = { text: string; isError?: boolean } & Partial<Omit<ToolFacts, "durationMs">>;
export type ToolCall<Args> = { toolCallId: string; args: Args; signal: AbortSignal };

export type BoxTool<Schema extends z.ZodType = z.ZodType> = {
  name: string;
  description: string;
  schema: Schema;
  /** Changes something: never at the same time as another call of the same message. */
  changes: boolean;
  execute(call: ToolCall<z.output<Schema>>, context: ToolContext): Promise<ToolOutcome>;
};

/** Keeps the argument type of `execute` tied to the schema. */
export function boxTool<Schema extends z.ZodType>(tool: BoxTool<Schema>): RunnableTool {
  return {
    name: tool.name,
    description: tool.description,
    schema: tool.schema,
    changes: tool.changes,
    async run(call, context) {
      const parsed = tool.schema.safeParse(call.args);
      if (!parsed.success)
        return {
          text: `The arguments of ${tool.name} do not fit: ${parsed.error.issues.map(issueText).join("; ")}.`,
          isError: true,
        };
      return tool.execute({ ...call, args: parsed.data }, context);
    },
  };
}

export type RunnableTool = {
  name: string;
  description: string;
  schema: z.ZodType;
  changes: boolean;
  run(call: ToolCall<unknown>, context: ToolContext): Promise<ToolOutcome>;
};

export type FinishedCall = { text: string; isError: boolean; facts: ToolFacts };

/** Runs one call to its end. Never rejects: whatever goes wrong is told to the model. */
export async function runTool(
  tool: RunnableTool,
  call: ToolCall<unknown>,
  context: ToolContext,
): Promise<FinishedCall> {
  const started = performance.now();
  const outcome = await attempt(tool, call, context);
  const text = context.scrub(outcome.text);
  const output = clipMiddle(context.scrub(outcome.output ?? outcome.text), MAX_INLINE_OUTPUT_BYTES);
  const isError = outcome.isError ?? false;
  const facts: ToolFacts = {
    exitCode: outcome.exitCode ?? null,
    reason: outcome.reason ?? (isError ? "failed" : "done"),
    output,
    outputBytes: outcome.outputBytes ?? Buffer.byteLength(output),
    outputBlob: outcome.outputBlob ?? null,
    diff: outcome.diff ? clipMiddle(context.scrub(outcome.diff), MAX_INLINE_OUTPUT_BYTES) : null,
    durationMs: Math.round(performance.now() - started),
  };
  return { text: text === "" ? "(no output)" : text, isError, facts };
}

async function attempt(
  tool: RunnableTool,
  call: ToolCall<unknown>,
  context: ToolContext,
): Promise<ToolOutcome> {
  if (call.signal.aborted) return aborted();
  try {
    return await tool.run(call, context);
  } catch (thrown) {
    if (call.signal.aborted) return aborted();
    const lost = thrown instanceof SandboxError;
    return { text: messageOf(thrown), isError: true, reason: lost ? "sandbox_lost" : "failed" };
  }
}

function aborted(): ToolOutcome {
  return { text: "The run was stopped before this call ended.", isError: true, reason: "aborted" };
}

/** A file operation in the box that ends: by itself, with the run, or after the tools' time-out. */
export async function bounded<Value>(
  work: Promise<Value>,
  call: { signal: AbortSignal },
  context: ToolContext,
): Promise<Value> {
  const timeoutMs = context.settings.TOOL_TIMEOUT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: () => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BadInput(`The sandbox gave no answer within ${timeoutMs} ms: try again.`)),
      timeoutMs,
    );
    stop = () => reject(new BadInput("The run was stopped."));
    call.signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener("abort", stop);
  }
}

function issueText(issue: { path: PropertyKey[]; message: string }): string {
  return issue.path.length > 0 ? `${issue.path.map(String).join(".")}: ${issue.message}` : issue.message;
}
