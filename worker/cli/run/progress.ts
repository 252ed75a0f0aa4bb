import type { KnownEvent } from "../../../core/event-catalog.ts";

/** A run as a person reads it in a terminal: one line for what matters, nothing for the rest. */
export function progressLine(event: KnownEvent): string | null {
  switch (event.type) {
    case "TaskCreated":
      return `Task: ${event.data.title}`;
    case "RunRequested":
      return `Queued with ${event.data.model}, branch ${event.data.branch}`;
    case "RunClaimed":
      return `Worker ${event.data.holder} has it`;
    case "SandboxOpened":
      return `Sandbox ready in ${event.data.durationMs} ms, network: ${event.data.network}`;
    case "RepositoryPrepared":
      return [`Cloned at ${event.data.baseBranch}`, ...event.data.notes].join(". ");
    case "NoticeGiven":
      return event.data.text;
    case "SessionEntryRecorded":
      return assistantText(event.data.entry);
    case "ToolCallStarted":
      return `  > ${event.data.tool} ${argumentOf(event.data.args)}`;
    case "ToolCallFinished":
      return toolEnd(event.data);
    case "WorkspaceCheckpointed":
      return `Checkpoint: ${event.data.files} ${event.data.files === 1 ? "file" : "files"} changed, +${event.data.additions} -${event.data.deletions}`;
    case "PushFinished":
      return `Branch ${event.data.branch} at ${event.data.commit.slice(0, 12)}`;
    default:
      return null;
  }
}

function toolEnd(data: Extract<KnownEvent, { type: "ToolCallFinished" }>["data"]): string | null {
  if (data.exitCode !== null) return `    exit ${data.exitCode} in ${(data.durationMs / 1_000).toFixed(1)} s`;
  return data.isError ? `    ${data.reason}: ${data.output.split("\n")[0]?.slice(0, 160) ?? ""}` : null;
}

const SHOWN_ARGUMENTS = ["command", "path", "pattern"] as const;

function argumentOf(args: Record<string, unknown>): string {
  const shown = SHOWN_ARGUMENTS.map((name) => args[name]).find((value) => typeof value === "string");
  const [line = ""] = String(shown ?? "").split("\n");
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

/** The text parts of an assistant's message entry. */
function assistantText(entry: Record<string, unknown>): string | null {
  const { message } = entry;
  if (!isRecord(message) || message.role !== "assistant" || !Array.isArray(message.content)) return null;
  const texts = message.content
    .filter(isRecord)
    .map((part) => (part.type === "text" ? String(part.text) : ""));
  return texts.join("").trim() || null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
