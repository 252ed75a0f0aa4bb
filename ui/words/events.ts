import type { KnownEvent } from "../../core/event-catalog.ts";
import { duration, elapsed, exact, shortCommit } from "../format.ts";

/**
 * One sentence for an event, in the timeline and in the table of events; its type when it cannot be read.
 * `tookMs`: how long its run worked, once that is known.
 */
export function eventSentence(event: KnownEvent, tookMs: number | null): string {
  try {
    return runSentence(event, tookMs);
  } catch {
    return event.type;
  }
}

function runSentence(event: KnownEvent, tookMs: number | null): string {
  switch (event.type) {
    case "RunRequested":
      return `Asked for: ${firstLine(event.data.prompt)}`;
    case "RunClaimed":
      return `${event.data.holder} took the run`;
    case "RunStarted":
      return `The agent started on ${event.data.baseBranch}${at(event.data.baseCommit)}`;
    case "RunTakenOver":
      return `Worker changed: ${event.data.previousHolder ?? "unknown"} to ${event.data.holder}, nothing lost`;
    case "RunSteered":
      return `Steered: ${firstLine(event.data.text)}`;
    case "AttentionRequested":
      return `Asked: ${firstLine(event.data.prompt)}`;
    case "AttentionAnswered":
      return `Answered: ${firstLine([...event.data.choices, event.data.text].filter(Boolean).join(", "))}`;
    case "RunPaused":
      return `Paused${colon(event.data.detail)}`;
    case "RunResumed":
      return "Goes on";
    case "RunAbortRequested":
      return `Asked to stop${colon(event.data.reason)}`;
    case "RunCompleted":
      return tookMs === null ? "Completed" : `Completed in ${elapsed(tookMs)}`;
    case "RunFailed":
      return `Failed: ${event.data.message}`;
    case "RunAborted":
      return `Stopped${tookMs === null ? "" : ` after ${elapsed(tookMs)}`}${colon(event.data.reason)}`;
    default:
      return transcriptSentence(event);
  }
}

function transcriptSentence(event: KnownEvent): string {
  switch (event.type) {
    case "SandboxOpened":
      return `Sandbox ready in ${duration(event.data.durationMs)}, ${networkOf(event.data.network)}`;
    case "SandboxClosed":
      return event.data.reason === "lost" ? "The sandbox was lost" : "Sandbox closed";
    case "RepositoryPrepared":
      return [`Cloned ${event.data.baseBranch}${at(event.data.baseCommit)}`, ...event.data.notes].join(". ");
    case "SkillsWritten":
      return `${event.data.skills.length} skills at hand: ${event.data.skills.join(", ")}`;
    case "LlmCallIntended":
      return `Asked ${event.data.model}, ${exact(event.data.messages)} messages`;
    case "LlmCallFinished":
      return event.data.error === null
        ? `${event.data.model} answered in ${duration(event.data.durationMs)}`
        : `The model did not answer: ${event.data.error}`;
    case "ToolCallStarted":
      return `${event.data.tool} started`;
    case "ToolCallFinished":
      return `${event.data.tool} ${event.data.isError ? "failed" : "finished"} in ${duration(event.data.durationMs)}`;
    case "SessionEntryRecorded":
      return `Session entry: ${event.data.entry.type}`;
    case "WorkspaceCheckpointed":
      return checkpointSentence(event.data);
    case "PushIntended":
      return `Pushing ${event.data.branch}`;
    case "PushFinished":
      return `${event.data.pushed ? "Pushed" : "Found"} ${event.data.branch}${at(event.data.commit)}`;
    case "NoticeGiven":
      return event.data.text;
    default:
      return event.type;
  }
}

function checkpointSentence(data: {
  files: number;
  additions: number;
  deletions: number;
  skipped: string[];
}): string {
  const files = data.files === 1 ? "1 file" : `${exact(data.files)} files`;
  const skipped = data.skipped.length > 0 ? `, ${data.skipped.length} left out` : "";
  return `Checkpoint: ${files}, +${exact(data.additions)} −${exact(data.deletions)}${skipped}`;
}

function networkOf(network: "egress" | "none"): string {
  return network === "none" ? "no network" : "network restricted";
}

function at(commit: string | null): string {
  return commit === null ? "" : ` at ${shortCommit(commit)}`;
}

function colon(text: string): string {
  return text === "" ? "" : `: ${text}`;
}

function firstLine(text: string): string {
  const line =
    text
      .split("\n")
      .find((part) => part.trim() !== "")
      ?.trim() ?? "";
  return line.length > 140 ? `${line.slice(0, 139)}…` : line;
}
