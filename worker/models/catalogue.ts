import type { Api, Model as LibraryModel } from "@earendil-works/pi-ai";
import type { Model } from "../../core/api.ts";
import type { ModelPrice, TokenUsage } from "../../core/money.ts";
import { modelRefSchema } from "../../core/run/events.ts";

export const CUSTOM_PROVIDER = "custom";
export const DEMO_PROVIDER = "demo";
export const REHEARSAL_MODEL = "rehearsal";
export const REHEARSAL_REF = `${DEMO_PROVIDER}/${REHEARSAL_MODEL}`;

const FREE: ModelPrice = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export function refOf(model: LibraryModel<Api>): string {
  return `${model.provider}/${model.id}`;
}

/** What people and the page see of a model; null for one whose name does not fit our references. */
export function describeModel(model: LibraryModel<Api>, available: boolean): Model | null {
  const ref = refOf(model);
  if (!modelRefSchema.safeParse(ref).success) return null;
  return {
    ref,
    name: model.name,
    provider: model.provider,
    scripted: model.provider === DEMO_PROVIDER,
    available,
    reasoning: model.reasoning,
    contextWindow: model.contextWindow,
    price: priceOf(model, { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }),
  };
}

/**
 * Dollars per million tokens for one call of this size (some models cost more beyond a number of input tokens);
 * null when the catalogue names no price. The rehearsal costs nothing, which is a price.
 */
export function priceOf(model: LibraryModel<Api>, usage: TokenUsage): ModelPrice | null {
  if (model.provider === DEMO_PROVIDER) return FREE;
  const inputTokens = usage.input + usage.cacheRead + usage.cacheWrite;
  const tier = (model.cost.tiers ?? [])
    .filter((candidate) => inputTokens > candidate.inputTokensAbove)
    .sort((a, b) => b.inputTokensAbove - a.inputTokensAbove)[0];
  const { input, output, cacheRead, cacheWrite } = tier ?? model.cost;
  const known = input > 0 || output > 0 || cacheRead > 0 || cacheWrite > 0;
  return known ? { input, output, cacheRead, cacheWrite } : null;
}
