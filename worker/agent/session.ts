import { ModelError, messageOf, SandboxError } from "../../core/errors.ts";
import type { UsageTotals } from "../../core/run/events.ts";
import type { Settings } from "../../core/settings.ts";
import type { AgentDeps } from "./agent-deps.ts";
import { type OpenSession, openSession } from "./open-session.ts";
import { type AgentOutcome, failed, outcomeOf } from "./outcome.ts";
import { CONTINUE } from "./resume.ts";

export type { AgentDeps } from "./agent-deps.ts";
export type { AgentOutcome } from "./outcome.ts";

export type AgentSession = {
  /** Messages of people that the entries hold already: the first so many steering messages are not sent again. */
  readonly steered: number;
  /** Once. Sends the prompt, or goes on without sending it again when the entries have it. */
  run(prompt: string): Promise<AgentOutcome>;
  /** Heard before the next answer of the model. Before `run` it waits; after its end it does nothing. */
  steer(text: string): Promise<void>;
  /** Resolves when the agent is idle, or SHUTDOWN_TIMEOUT_MS have passed; `run` resolves as well. */
  abort(): Promise<void>;
  dispose(): void;
  usage(): UsageTotals;
};

/**
 * The agent of one run, with nothing on the host's disk. A model that cannot be used or a box that is gone is no
 * exception: `run` then answers with the failure. The caller disposes of it.
 */
export async function makeAgentSession(deps: AgentDeps): Promise<AgentSession> {
  try {
    const { ref } = deps.models.resolve(deps.model);
    const prepared = await deps.models
      .prepare(ref)
      .catch((thrown: unknown) => failedStart("model_key", thrown));
    if ("status" in prepared) return endedSession(prepared);
    return liveSession(await openSession(deps, prepared), deps.settings);
  } catch (thrown) {
    if (thrown instanceof ModelError) return endedSession(failedStart("model", thrown));
    if (thrown instanceof SandboxError) return endedSession(failedStart("sandbox", thrown));
    throw thrown;
  }
}

function failedStart(code: "model" | "model_key" | "sandbox", thrown: unknown): AgentOutcome {
  return failed(code, messageOf(thrown));
}

function liveSession(open: OpenSession, settings: Settings): AgentSession {
  const { library, recorder, stored } = open;
  const stop = Promise.withResolvers<AgentOutcome>();
  let aborted = false;
  let over = false;

  async function work(prompt: string): Promise<AgentOutcome> {
    const problem = await converse(open, prompt).catch(messageOf);
    await recorder.flush();
    const failure = recorder.failure();
    if (failure !== null) throw failure;
    if (aborted) return { status: "aborted" };
    if (open.sandboxLost())
      return failed(
        "sandbox",
        "The sandbox was lost in the middle of the run. What was not yet saved of its work is gone; run it again.",
      );
    if (problem !== null) return failed("agent", `The agent's session ended with an error: ${problem}`);
    return outcomeOf(open.lastAnswer());
  }

  return {
    steered: stored.steered,
    async run(prompt) {
      if (aborted) return { status: "aborted" };
      try {
        return await Promise.race([work(prompt), stop.promise]);
      } finally {
        over = true;
      }
    },
    async steer(text) {
      if (over || aborted) return;
      library.agent.steer({ role: "user", content: [{ type: "text", text }], timestamp: Date.now() });
    },
    async abort() {
      aborted = true;
      library.clearQueue();
      await Promise.race([library.abort().catch(() => {}), wait(settings.SHUTDOWN_TIMEOUT_MS)]);
      stop.resolve({ status: "aborted" });
    },
    dispose: () => library.dispose(),
    usage: open.usage,
  };
}

/** Null when the conversation came to an end of its own. */
async function converse({ library, recorder, stored }: OpenSession, prompt: string): Promise<null> {
  await recorder.flush();
  if (recorder.failure() !== null) return null;
  if (!stored.prompted) {
    await library.prompt(prompt, { expandPromptTemplates: false });
  } else if (!stored.finished || library.agent.hasQueuedMessages()) {
    await library.sendCustomMessage(
      { customType: "resume", content: CONTINUE, display: false },
      { triggerTurn: true },
    );
  }
  return null;
}

/** A session that could not begin: there is nothing to stop and nothing was used. */
function endedSession(outcome: AgentOutcome): AgentSession {
  const usage = {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    costMicrodollars: 0,
  };
  return {
    steered: 0,
    run: async () => outcome,
    steer: async () => {},
    abort: async () => {},
    dispose: () => {},
    usage: () => usage,
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
