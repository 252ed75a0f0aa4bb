import type { AssistantMessage } from "@earendil-works/pi-ai";
import { MAX_TASK_TEXT_CHARS } from "../../core/limits.ts";
import type { RunFailureCode } from "../../core/run/events.ts";
import { providerFailure } from "../models/provider-failure.ts";
import { cleanText, shorten } from "./recording/clean.ts";

export type AgentOutcome =
  | { status: "done"; summary: string }
  | { status: "aborted" }
  | { status: "failed"; code: RunFailureCode; message: string };

const NO_SUMMARY = "The agent finished without a closing message.";

/** How a session ended by the last thing the model said; null: it said nothing at all. */
export function outcomeOf(last: AssistantMessage | null): AgentOutcome {
  if (!last) return failed("agent", "The agent ended before the model said anything. Run it again.");
  if (last.stopReason === "error" || last.stopReason === "aborted") {
    const { code, message } = providerFailure(
      { provider: last.provider, id: last.model },
      last.errorMessage ?? "",
    );
    return failed(code, message);
  }
  if (last.stopReason === "length") {
    return failed(
      "agent",
      "The model's answer was cut off at its output limit before the task was finished. Choose a model that may write more, or give a smaller task.",
    );
  }
  return { status: "done", summary: shorten(cleanText(textOf(last)), MAX_TASK_TEXT_CHARS) || NO_SUMMARY };
}

export function failed(code: RunFailureCode, message: string): AgentOutcome {
  return { status: "failed", code, message: shorten(message, 2_000) };
}

function textOf(message: AssistantMessage): string {
  return message.content
    .flatMap((part) => (part.type === "text" ? [part.text] : []))
    .join("\n")
    .trim();
}
