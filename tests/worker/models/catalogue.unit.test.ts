import type { Api, Model } from "@earendil-works/pi-ai";
import { expect, test } from "vitest";
import { describeModel, priceOf } from "../../../worker/models/catalogue.ts";

const model: Model<Api> = {
  id: "m",
  name: "M",
  api: "openai-completions",
  provider: "openai",
  baseUrl: "http://127.0.0.1/v1",
  reasoning: false,
  input: ["text"],
  cost: {
    input: 1,
    output: 2,
    cacheRead: 0.1,
    cacheWrite: 1.25,
    tiers: [{ inputTokensAbove: 200_000, input: 2, output: 4, cacheRead: 0.2, cacheWrite: 2.5 }],
  },
  contextWindow: 1_000,
  maxTokens: 100,
};
const usage = (input: number, cacheRead = 0) => ({ input, output: 0, cacheRead, cacheWrite: 0 });

test("a long input has the price of its tier, cached tokens counted", () => {
  expect(priceOf(model, usage(200_000))).toEqual({ input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 });
  expect(priceOf(model, usage(1, 200_000))).toEqual({ input: 2, output: 4, cacheRead: 0.2, cacheWrite: 2.5 });
});

test("no price is not a price of nothing, but the rehearsal's is", () => {
  const unpriced = { ...model, cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } };
  expect(priceOf(unpriced, usage(1))).toBeNull();
  expect(priceOf({ ...unpriced, provider: "demo" }, usage(1))).toEqual({
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
  });
});

test("a model whose name cannot be a reference is left out", () => {
  expect(describeModel({ ...model, id: "with space" }, true)).toBeNull();
  expect(describeModel(model, true)?.ref).toBe("openai/m");
});
