import * as z from "zod";
import { type ModelServer, makeModelServer, type ScriptedTurn } from "../../../support/model-server.ts";
import { bash } from "../../../support/runs/scripts.ts";

export type WaitingModel = ModelServer & {
  /** The settings of an installation whose own model it is. */
  settings: NodeJS.ProcessEnv;
  /** From now on every agent ends with its next turn. */
  release(): void;
};

const OPENING = "I look around first.";
const WORK = "sleep 1; date +%s";

/**
 * A model that works on without an end until a person says something to it: then it answers with what it heard.
 * So a test comes in the middle of a run, however slow the machine is.
 */
export async function makeWaitingModel(then: readonly ScriptedTurn[] = []): Promise<WaitingModel> {
  let released = false;
  const server = await makeModelServer({
    script: ({ messages }) => {
      const heard = messages.filter(({ role }) => role === "user").map(({ content }) => textOf(content));
      const results = messages.filter(({ role }) => role === "tool").length;
      if (heard.length < 2 && !released) return { ...bash(WORK), text: results === 0 ? OPENING : "Next." };
      const since = messages.length - 1 - lastPerson(messages);
      return then[Math.ceil(since / 2)] ?? { text: `I heard: ${heard.at(-1)}` };
    },
  });
  return {
    ...server,
    settings: { LLM_BASE_URL: `${server.url}/v1`, LLM_MODEL: "scripted" },
    release: () => {
      released = true;
    },
  };
}

function lastPerson(messages: readonly { role: string }[]): number {
  return messages.map(({ role }) => role).lastIndexOf("user");
}

const partsSchema = z.array(z.looseObject({ text: z.string().default("") }));

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return partsSchema
    .parse(content)
    .map(({ text }) => text)
    .join("");
}
