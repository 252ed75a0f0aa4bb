import type { AssistantMessage } from "@earendil-works/pi-ai";
import { mapStrings } from "../recording/clean.ts";
import { tokensOf } from "./finished-call.ts";

type Presentable = { scrub(text: string): string; toolCallIds: Set<string> };
type Part = AssistantMessage["content"][number];

/** A message as it may enter the session: no secret, no character that cannot be stored, no repeated tool call id. */
export function presentable(
  message: AssistantMessage,
  { scrub, toolCallIds }: Presentable,
): AssistantMessage {
  const errorMessage =
    message.errorMessage === undefined ? undefined : retryable(scrub(message.errorMessage));
  return {
    ...message,
    content: message.content.map((part) => presentablePart(part, scrub, toolCallIds)),
    usage: { ...message.usage, ...tokensOf(message) },
    ...(errorMessage === undefined ? {} : { errorMessage }),
  };
}

function presentablePart(part: Part, scrub: (text: string) => string, toolCallIds: Set<string>): Part {
  if (part.type === "text") return { ...part, text: scrub(part.text) };
  if (part.type === "thinking") return { ...part, thinking: scrub(part.thinking) };
  const given = mapStrings(part.arguments, scrub);
  const args = typeof given === "object" && given !== null && !Array.isArray(given) ? given : {};
  return { ...part, id: unusedId(scrub(part.id), toolCallIds), name: scrub(part.name), arguments: args };
}

/** Some providers count their calls from zero in every answer, and some leave the id out. */
function unusedId(id: string, used: Set<string>): string {
  const wanted = id.slice(0, 150) || "call";
  let free = id.length <= 150 && id !== "" ? id : wanted;
  for (let count = 2; used.has(free); count += 1) free = `${wanted}-${count}`;
  used.add(free);
  return free;
}

/** The session repeats a call whose error it knows as passing. An answer that nobody could read is such a one. */
function retryable(text: string): string {
  return /JSON|Unexpected (token|end|identifier)|SyntaxError/i.test(text)
    ? `Provider returned error: its answer could not be read (${text.trim()})`
    : text;
}
