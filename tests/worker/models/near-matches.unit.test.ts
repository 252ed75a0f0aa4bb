import { expect, test } from "vitest";
import { nearMatches } from "../../../worker/models/near-matches.ts";

const names = ["anthropic/claude-sonnet-5", "anthropic/claude-opus-5", "openai/gpt-5.5", "demo/rehearsal"];

test("a typing error finds its model", () => {
  expect(nearMatches("anthropic/claude-sonet-5", names)[0]).toBe("anthropic/claude-sonnet-5");
  expect(nearMatches("demo/rehersal", names)).toEqual(["demo/rehearsal"]);
});

test("a model without its provider, or with a wrong one, is found", () => {
  expect(nearMatches("gpt-5.5", names)[0]).toBe("openai/gpt-5.5");
  expect(nearMatches("azure/gpt-5.5", names)[0]).toBe("openai/gpt-5.5");
});

test("nothing near is nothing", () => {
  expect(nearMatches("zzzzzz/qqqqqqqqqqq", names)).toEqual([]);
});
