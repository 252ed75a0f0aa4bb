import type { ErrorCode } from "../../core/errors.ts";

type Code = ErrorCode | "network" | "timeout" | "unknown";

/** A sentence for what went wrong: the server's own where it gave one. */
export function errorSentence(code: Code, message: string): string {
  if (message !== "") return message;
  if (code === "network")
    return "The server does not answer. Nothing was lost. Check that Pihordev runs, then try again.";
  if (code === "timeout")
    return "The server took too long to answer. It may still be at it. Wait a moment, then try again.";
  return "Something went wrong that has no name. Nothing of yours was lost. Try again, or look at the server's log.";
}
