import { expect, test } from "vitest";
import { providerFailure } from "../../../worker/models/provider-failure.ts";

const model = { provider: "openai", id: "gpt-x" };

test.each([
  ["401: Incorrect API key provided: sk-a***", "model_key"],
  ["403 status code (no body)", "model_key"],
  ['{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}', "model_key"],
  ["404: The model `gpt-x` does not exist", "model"],
  ["429: Rate limit reached", "provider"],
  ["500: scripted 500", "provider"],
  ["Stream ended without finish_reason", "provider"],
  ["", "provider"],
])("%s is %s", (detail, code) => {
  const failure = providerFailure(model, detail);
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(/\.$/);
  expect(failure.message.length).toBeLessThan(600);
});

test("a refused key names the variable to look at, and nothing of the key", () => {
  const { message } = providerFailure(model, "401: Incorrect API key provided: sk-abcdef");
  expect(message).toBe("The key for openai was refused. Check OPENAI_API_KEY and run again.");
});

test("an endpoint of one's own that does not answer sends the person to its address", () => {
  const { message } = providerFailure({ provider: "custom", id: "qwen3" }, "Connection error.");
  expect(message).toContain("Check LLM_BASE_URL");
});
