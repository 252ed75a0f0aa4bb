import { messageOf } from "../../core/errors.ts";
import { makeScrubber } from "../agent/recording/scrub.ts";
import { providerFailure } from "./provider-failure.ts";
import type { ModelRegistry } from "./registry.ts";

/** `detail` says what was found; `advice` what to do about it, empty when it answered. */
export type ModelCheck = { ok: boolean; detail: string; advice: string; durationMs: number };

const DEFAULT_TIMEOUT_MS = 15_000;

/** Asks the model for one word. Never rejects; ends after `timeoutMs` at the latest. */
export async function checkModel(
  models: ModelRegistry,
  ref: string,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<ModelCheck> {
  const started = performance.now();
  const problem = await askOneWord(models, ref, timeoutMs).catch(messageOf);
  const durationMs = Math.round(performance.now() - started);
  if (problem === null)
    return { ok: true, detail: `${ref} answered in ${durationMs} ms`, advice: "", durationMs };
  const [detail = problem, ...rest] = problem.split(/(?<=\.) (?=[A-Z])/);
  return {
    ok: false,
    detail,
    advice: rest.join(" ") || "Choose another model, or demo/rehearsal, which needs no key.",
    durationMs,
  };
}

/** Null when it answered, else the sentence that says why not. */
async function askOneWord(models: ModelRegistry, ref: string, timeoutMs: number): Promise<string | null> {
  const { model } = await models.prepare(ref);
  const controller = new AbortController();
  const question = {
    role: "user" as const,
    content: "Answer with the one word: ready",
    timestamp: Date.now(),
  };
  const asked = { signal: controller.signal, maxTokens: 32, maxRetries: 0, timeoutMs };
  const answer = models.runtime.completeSimple(model, { messages: [question] }, asked);
  const ended = await Promise.race([answer, after(timeoutMs, controller.signal)]).finally(() =>
    controller.abort(),
  );
  if (ended === null)
    return `${ref} did not answer within ${timeoutMs} ms. Check the address and the network.`;
  if (ended.stopReason !== "error" && ended.stopReason !== "aborted") return null;
  const { scrub } = makeScrubber(models.secrets);
  return providerFailure(model, scrub(ended.errorMessage ?? "")).message;
}

function after(ms: number, signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), ms);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}
