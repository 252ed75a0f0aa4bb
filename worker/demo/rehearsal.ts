import { type ChatRequest, callId, readConversation } from "./conversation.ts";
import { generalScript } from "./general-script.ts";
import { sampleScript } from "./sample-script.ts";
import type { Turn } from "./script.ts";

/** A step that was interrupted again and again is given up, so that no rehearsal goes on for ever. */
const MAX_TRIES = 3;
const GIVE_UP =
  "A step of this rehearsal was interrupted too often, so I stop here. What was done until now is kept.";
const RESTARTED = /^The platform was restarted/;

/** The rehearsal's next turn. Pure: the same messages give the same turn, whoever asks and however often. */
export function nextTurn(request: ChatRequest): Turn {
  if (!request.tools || request.tools.length === 0)
    return { text: "Ready. I am a rehearsal: a scripted model without knowledge of its own.", calls: [] };
  const conversation = readConversation(request);
  const scene = sampleScript(conversation) ?? generalScript(conversation);
  const missing = scene.steps.filter(({ step }) => conversation.answer(step) === null);
  if (missing.some(({ step }) => conversation.tries(step) >= MAX_TRIES)) return { text: GIVE_UP, calls: [] };
  const calls = missing.map(({ step, tool, args }) => ({
    id: callId(step, conversation.tries(step) + 1),
    name: tool,
    args,
  }));
  return { text: `${reply(conversation.remark)}${scene.text}`, calls };
}

function reply(remark: string | null): string {
  if (remark === null) return "";
  if (RESTARTED.test(remark)) return "I was interrupted and go on from where I was. ";
  return `You wrote: "${oneLine(remark)}". A rehearsal follows its script, so I note it and go on. `;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199).toWellFormed()}…` : line;
}
