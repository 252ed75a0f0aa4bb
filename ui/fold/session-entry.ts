/**
 * Reads an entry of the agent's session as it was recorded, verbatim and of a shape that is not ours: whatever
 * does not fit becomes `other`, never an error.
 */
export type SessionToolCall = { id: string; name: string; args: Readonly<Record<string, unknown>> };

export type SessionEntry =
  | { kind: "assistant"; text: string; thinking: string; calls: SessionToolCall[]; error: string | null }
  | { kind: "user"; text: string }
  | { kind: "tool_result"; toolCallId: string; tool: string; text: string; isError: boolean }
  | { kind: "compaction"; summary: string }
  | { kind: "model"; model: string }
  /** Bookkeeping of the session that says nothing to a person. */
  | { kind: "silent" }
  | { kind: "other"; type: string };

const SILENT = new Set([
  "session",
  "thinking_level_change",
  "usage",
  "custom",
  "label",
  "session_info",
  "context_edit",
]);

export function readEntry(value: unknown): SessionEntry {
  const entry = record(value);
  const type = string(entry.type);
  if (type === "message") return readMessage(record(entry.message));
  if (type === "custom_message") {
    return entry.display === true ? { kind: "user", text: textOf(entry.content) } : { kind: "silent" };
  }
  if (type === "compaction") return { kind: "compaction", summary: string(entry.summary) };
  if (type === "model_change") return { kind: "model", model: modelOf(entry) };
  if (SILENT.has(type)) return { kind: "silent" };
  return { kind: "other", type: type || "unknown" };
}

function readMessage(message: Readonly<Record<string, unknown>>): SessionEntry {
  const role = string(message.role);
  if (role === "user") return { kind: "user", text: textOf(message.content) };
  if (role === "assistant") return readAssistant(message);
  if (role === "toolResult") {
    return {
      kind: "tool_result",
      toolCallId: string(message.toolCallId),
      tool: string(message.toolName),
      text: textOf(message.content),
      isError: message.isError === true,
    };
  }
  if (role === "system" || role === "compactionSummary") return { kind: "silent" };
  return { kind: "other", type: `message ${role || "without a role"}` };
}

function readAssistant(message: Readonly<Record<string, unknown>>): SessionEntry {
  const parts = list(message.content).map(record);
  const thinking = parts.filter((part) => part.type === "thinking").map((part) => string(part.thinking));
  const failed = message.stopReason === "error" || message.stopReason === "aborted";
  return {
    kind: "assistant",
    text: textOf(message.content),
    thinking: thinking.filter((text) => text.trim() !== "").join("\n\n"),
    calls: parts.filter((part) => part.type === "toolCall").map(readCall),
    error: failed ? string(message.errorMessage) || string(message.stopReason) : null,
  };
}

function readCall(part: Readonly<Record<string, unknown>>): SessionToolCall {
  return { id: string(part.id), name: string(part.name), args: record(part.arguments) };
}

function modelOf(entry: Readonly<Record<string, unknown>>): string {
  const provider = string(entry.provider);
  const model = string(entry.modelId);
  return provider ? `${provider}/${model}` : model;
}

/** Text of a message's content: a string, or the text parts of a list. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map(record)
    .filter((part) => part.type === "text")
    .map((part) => string(part.text))
    .filter((text) => text !== "")
    .join("\n\n");
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

export function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
