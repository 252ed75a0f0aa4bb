import { MAX_INLINE_OUTPUT_BYTES } from "../../../core/limits.ts";
import type { TranscriptEvent } from "../../../core/transcript/events.ts";
import { cleanText, mapStrings, shorten } from "./clean.ts";

/** What our tools know of a call beyond what the model is told. */
export type ToolFacts = {
  exitCode: number | null;
  reason: "done" | "failed" | "timeout" | "aborted" | "interrupted" | "sandbox_lost";
  output: string;
  outputBytes: number;
  outputBlob: string | null;
  diff: string | null;
  durationMs: number;
};

/** The library's events that become one of ours; every other one is transient or kept as a session entry. */
export type AgentEvent =
  | { type: "tool_execution_start"; toolCallId: string; toolName: string; args: unknown }
  | { type: "tool_execution_end"; toolCallId: string; toolName: string; result: unknown; isError: boolean }
  | { type: "auto_retry_start"; attempt: number; maxAttempts: number; delayMs: number; errorMessage: string }
  | { type: "compaction_start"; reason: string }
  | { type: string };

const MAX_ARG_CHARS = 2_000;
const MAX_ARG_ITEMS = 50;
const MAX_ARGS_CHARS = 200_000;

/** Pure. `facts` is what the tool reported for this call, if one of ours ran at all. */
export function translate(event: AgentEvent, facts?: ToolFacts): TranscriptEvent[] {
  if (event.type === "tool_execution_start" && "args" in event) {
    const { toolCallId, toolName, args } = event;
    return [{ type: "ToolCallStarted", data: { ...identity(toolCallId, toolName), args: shortArgs(args) } }];
  }
  if (event.type === "tool_execution_end" && "result" in event) {
    const { toolCallId, toolName, result, isError } = event;
    const found = facts ?? factsOf(result);
    return [{ type: "ToolCallFinished", data: { ...identity(toolCallId, toolName), isError, ...found } }];
  }
  if (event.type === "auto_retry_start" && "attempt" in event) return [notice(retryText(event))];
  if (event.type === "compaction_start") {
    return [notice("The conversation is getting long: its older part is being summed up.")];
  }
  return [];
}

function identity(toolCallId: string, tool: string) {
  return {
    toolCallId: shorten(cleanText(toolCallId), 200) || "unnamed",
    tool: shorten(cleanText(tool), 100) || "unnamed",
  };
}

function notice(text: string): TranscriptEvent {
  return { type: "NoticeGiven", data: { text: shorten(cleanText(text), 1_000) } };
}

function retryText(event: {
  attempt: number;
  maxAttempts: number;
  delayMs: number;
  errorMessage: string;
}): string {
  const seconds = Math.round(event.delayMs / 100) / 10;
  const said = shorten(event.errorMessage.replace(/\s+/g, " "), 300);
  return `The model gave no usable answer (${said}). Asking again in ${seconds} s, ${event.attempt} of ${event.maxAttempts}.`;
}

function shortArgs(args: unknown): Record<string, unknown> {
  const short = shortValue(mapStrings(args, (text) => shorten(cleanText(text), MAX_ARG_CHARS)));
  const record =
    typeof short === "object" && short !== null && !Array.isArray(short) ? { ...short } : { value: short };
  return JSON.stringify(record).length <= MAX_ARGS_CHARS
    ? record
    : { note: "The arguments are too long to show." };
}

function shortValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MAX_ARG_ITEMS).map(shortValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ARG_ITEMS)
      .map(([key, item]: [string, unknown]) => [key, shortValue(item)]),
  );
}

/** A call that none of our tools saw: an unknown tool, or arguments that do not fit. */
function factsOf(result: unknown): ToolFacts {
  const output = shorten(cleanText(textOf(result)), MAX_INLINE_OUTPUT_BYTES / 4);
  return {
    exitCode: null,
    reason: "failed",
    output,
    outputBytes: Buffer.byteLength(output),
    outputBlob: null,
    diff: null,
    durationMs: 0,
  };
}

function textOf(result: unknown): string {
  if (
    typeof result !== "object" ||
    result === null ||
    !("content" in result) ||
    !Array.isArray(result.content)
  )
    return "";
  return result.content
    .map((part: unknown) =>
      typeof part === "object" && part !== null && "text" in part ? String(part.text) : "",
    )
    .join("");
}
