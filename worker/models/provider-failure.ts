import { PROVIDER_KEY_VARIABLES } from "../../core/settings/models.ts";
import { CUSTOM_PROVIDER } from "./catalogue.ts";

export type ProviderFailure = { code: "model" | "model_key" | "provider"; message: string };

const KEY_REFUSED =
  /^\s*40[13]\b|\b40[13]\b.*(key|auth|permission)|invalid.{0,20}(api.?key|x-api-key)|incorrect api key|unauthorized|authentication/i;
const MODEL_UNKNOWN = /^\s*404\b|model.{0,60}(not found|does not exist|not exist)/i;
const BUSY = /\b429\b|rate.?limit|too many requests|overloaded|\b529\b/i;

/**
 * What a provider's error means, in one sentence that says what to do. `detail` is the provider's own text with
 * secrets already taken out of it.
 */
export function providerFailure(model: { provider: string; id: string }, detail: string): ProviderFailure {
  const ref = `${model.provider}/${model.id}`;
  const said = shorten(detail);
  if (KEY_REFUSED.test(detail)) {
    return {
      code: "model_key",
      message: `The key for ${model.provider} was refused. Check ${keyName(model.provider)} and run again.`,
    };
  }
  if (MODEL_UNKNOWN.test(detail)) {
    return {
      code: "model",
      message: `${model.provider} has no model "${model.id}" for this key (it answered: ${said}). Choose another model.`,
    };
  }
  if (BUSY.test(detail)) {
    return {
      code: "provider",
      message: `${ref} is overloaded or over its rate limit, also after retries (it answered: ${said}). Run again later or choose another model.`,
    };
  }
  return {
    code: "provider",
    message: `${ref} gave no usable answer, also after retries (${said}). ${adviceFor(model.provider)}`,
  };
}

function adviceFor(provider: string): string {
  if (provider === CUSTOM_PROVIDER) return "Check LLM_BASE_URL and whether the server behind it runs.";
  return "Run again, or choose another model.";
}

/** The variable that holds a provider's key, for a sentence that says what to do. */
export function keyName(provider: string): string {
  if (provider === CUSTOM_PROVIDER) return "LLM_API_KEY";
  return PROVIDER_KEY_VARIABLES[provider]?.[0] ?? "the provider's key";
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim() || "nothing";
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
