import type { AssistantMessage } from "@earendil-works/pi-ai";
import { type FileEntry, parseSessionEntries, SessionManager } from "@earendil-works/pi-coding-agent";
import type { EventData } from "../../core/event-catalog.ts";
import { WORKSPACE } from "../sandbox/sandbox.ts";

export const INTERRUPTED =
  "[interrupted: the worker stopped during this call; whether it took effect is unknown]";
export const CONTINUE = "The platform was restarted in the middle of this task. Go on from where you were.";

type FinishedTool = EventData<"ToolCallFinished">;

export type StoredSession = {
  manager: SessionManager;
  /** The prompt is in the session already: it must not be sent a second time. */
  prompted: boolean;
  /** The agent had said its last word before the worker stopped: there is nothing left to ask. */
  finished: boolean;
  /** Messages of people after the prompt: so many steering messages were delivered. */
  steered: number;
  /** What the model said last, if it said anything. */
  lastAnswer: AssistantMessage | null;
  toolCallIds: Set<string>;
};

/** The session as its entries say. With no entries it is a new one. */
export function storedSession(runId: string, entries: readonly unknown[]): StoredSession {
  const lines = entries.length === 0 ? [] : parsed(runId, entries);
  const manager =
    entries.length === 0
      ? SessionManager.inMemory(WORKSPACE, { id: runId })
      : SessionManager.inMemory(WORKSPACE, {}, lines);
  const messages = messagesOf(lines);
  const users = messages.filter((message) => message.role === "user").length;
  const last = messages.at(-1);
  return {
    manager,
    prompted: users > 0,
    finished: last?.role === "assistant" && last.stopReason === "stop" && callsOf(last).length === 0,
    steered: Math.max(0, users - 1),
    lastAnswer: messages.flatMap((message) => (message.role === "assistant" ? [message] : [])).at(-1) ?? null,
    toolCallIds: new Set(messages.flatMap((message) => callsOf(message).map((call) => call.id))),
  };
}

function parsed(runId: string, entries: readonly unknown[]): FileEntry[] {
  const header = {
    type: "session",
    version: 3,
    id: runId,
    timestamp: new Date().toISOString(),
    cwd: WORKSPACE,
  };
  return parseSessionEntries([header, ...entries].map((entry) => JSON.stringify(entry)).join("\n"));
}

export type Orphan = { toolCallId: string; tool: string; finished: boolean };

/**
 * Gives every tool call without a result one, so that the model is told what is known of it; `finishedTools` are
 * calls that had ended although their result is in no entry. Returns those calls.
 */
export function closeOrphans(manager: SessionManager, finishedTools: readonly FinishedTool[]): Orphan[] {
  const messages = messagesOf(manager.getBranch());
  const answered = new Set(
    messages.flatMap((message) => (message.role === "toolResult" ? [message.toolCallId] : [])),
  );
  const orphans = messages.flatMap(callsOf).filter((call) => !answered.has(call.id));
  return orphans.map((call) => {
    const known = finishedTools.find((tool) => tool.toolCallId === call.id);
    manager.appendMessage({
      role: "toolResult",
      toolCallId: call.id,
      toolName: call.name,
      content: [{ type: "text", text: known?.output ?? INTERRUPTED }],
      isError: known?.isError ?? true,
      timestamp: Date.now(),
    });
    return { toolCallId: call.id, tool: call.name, finished: known !== undefined };
  });
}

type SessionMessage = Extract<FileEntry, { type: "message" }>["message"];

function messagesOf(entries: readonly FileEntry[]): SessionMessage[] {
  return entries.flatMap((entry) => (entry.type === "message" ? [entry.message] : []));
}

/** Calls of a message that ended well: those of one that failed are never carried out. */
function callsOf(message: SessionMessage) {
  if (message.role !== "assistant" || message.stopReason === "error" || message.stopReason === "aborted")
    return [];
  return message.content.flatMap((part) => (part.type === "toolCall" ? [part] : []));
}
