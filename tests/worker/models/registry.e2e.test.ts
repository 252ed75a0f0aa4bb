import { afterEach, expect, test } from "vitest";
import { modelSchema } from "../../../core/api.ts";
import { ModelError } from "../../../core/errors.ts";
import { readSettings } from "../../../core/settings.ts";
import { checkModel } from "../../../worker/models/check-model.ts";
import { DEFAULT_MODELS } from "../../../worker/models/default-models.ts";
import { TAKEN_VARIABLES, takeProviderKeys } from "../../../worker/models/provider-keys.ts";
import { type ModelRegistry, makeModelRegistry } from "../../../worker/models/registry.ts";
import { type ModelScript, makeModelServer } from "../../support/model-server.ts";

const KEY = "canary-key-77aa";
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function registry(env: Record<string, string> = {}): Promise<ModelRegistry> {
  const made = await makeModelRegistry(readSettings(env));
  closers.push(made.close);
  return made;
}

async function customRegistry(script: ModelScript) {
  const server = await makeModelServer({ script });
  closers.push(server.close);
  const models = await registry({ LLM_BASE_URL: `${server.url}/v1`, LLM_MODEL: "local", LLM_API_KEY: KEY });
  return { server, models };
}

test("every listed model fits what the page and the table take", async () => {
  const models = (await registry({ OPENAI_API_KEY: KEY })).listModels();
  for (const model of models) modelSchema.parse(model);
  expect(new Set(models.map(({ ref }) => ref)).size).toBe(models.length);
  expect(models.find(({ ref }) => ref === "demo/rehearsal")).toMatchObject({
    name: "Rehearsal",
    scripted: true,
    available: true,
  });
  expect(models.filter(({ scripted }) => scripted)).toHaveLength(1);
  expect(models.some(({ provider, available }) => provider === "openai" && available)).toBe(true);
  expect(models.some(({ provider, available }) => provider === "anthropic" && available)).toBe(false);
  expect(JSON.stringify(models)).not.toContain(KEY);
});

test("without a key the rehearsal is the default", async () => {
  expect((await registry()).defaultModel()).toBe("demo/rehearsal");
});

test("a key, an endpoint and a setting choose the default, the later the stronger", async () => {
  const keys = { GEMINI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY };
  expect((await registry(keys)).defaultModel()).toBe("anthropic/claude-sonnet-5");
  const custom = { ...keys, LLM_BASE_URL: "http://127.0.0.1:9/v1", LLM_MODEL: "qwen3" };
  expect((await registry(custom)).defaultModel()).toBe("custom/qwen3");
  expect((await registry({ ...custom, PIHORDEV_MODEL: "openai/gpt-5.5" })).defaultModel()).toBe(
    "openai/gpt-5.5",
  );
});

test("every default model is in the catalogue", async () => {
  const models = await registry();
  for (const [provider, id] of DEFAULT_MODELS) expect(models.resolve(`${provider}/${id}`).model.id).toBe(id);
});

test("an unknown model is refused with what it may have meant", async () => {
  const models = await registry();
  expect(() => models.resolve("anthropic/claude-sonet-5")).toThrow(/Did you mean anthropic\/claude-sonnet-5/);
  expect(() => models.resolve("nobody/nothing-at-all-like-it-xyzzy")).toThrow(
    /Choose one as provider\/model/,
  );
  expect(() => models.resolve("")).toThrow(ModelError);
  expect(() => models.resolve("custom/qwen3")).toThrow(/LLM_BASE_URL/);
  expect(() => models.resolve("amazon-bedrock/anything")).toThrow(ModelError);
});

test("a model without a key of ours is refused, also when the environment has one", async () => {
  const models = await registry();
  process.env.OPENAI_API_KEY = KEY;
  try {
    await expect(models.prepare("openai/gpt-5.5")).rejects.toThrow(
      "There is no key for openai: set OPENAI_API_KEY",
    );
  } finally {
    delete process.env.OPENAI_API_KEY;
  }
});

test("an endpoint that is no http address, or holds a password, is refused", async () => {
  await expect(registry({ LLM_BASE_URL: "ftp://127.0.0.1/v1", LLM_MODEL: "m" })).rejects.toThrow(
    /begins with "ftp:"/,
  );
  const hidden = registry({ LLM_BASE_URL: "http://me:secret-pw@127.0.0.1/v1", LLM_MODEL: "m" });
  await expect(hidden).rejects.toThrow(/LLM_API_KEY instead/);
  await expect(hidden).rejects.not.toThrow(/secret-pw/);
});

test("any model of the endpoint can be named, and is asked with the endpoint's key", async () => {
  const { server, models } = await customRegistry(() => ({ text: "ready" }));
  expect(await checkModel(models, "custom/another")).toMatchObject({ ok: true, advice: "" });
  expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(JSON.parse(server.requests[0]?.text ?? "{}")).toMatchObject({ model: "another" });
});

test("a check says what is wrong with a key, a server and a silence, without the key", async () => {
  const refused = await customRegistry(() => ({
    status: 401,
    body: JSON.stringify({ error: { message: `bad key ${KEY}` } }),
  }));
  const key = await checkModel(refused.models, "custom/local");
  expect(key).toMatchObject({
    ok: false,
    detail: "The key for custom was refused.",
    advice: "Check LLM_API_KEY and run again.",
  });
  const broken = await customRegistry(() => ({
    status: 500,
    body: `{"error":{"message":"key ${KEY} broke it"}}`,
  }));
  const answer = await checkModel(broken.models, "custom/local");
  expect(answer.ok).toBe(false);
  expect(JSON.stringify(answer)).not.toContain(KEY);
  const silent = await customRegistry(() => ({ hangAfter: 0 }));
  const late = await checkModel(silent.models, "custom/local", 150);
  expect(late.detail).toBe("custom/local did not answer within 150 ms.");
  await silent.server.abandoned(1);
});

test("the rehearsal answers a check through its own server", async () => {
  const models = await registry();
  expect(await checkModel(models, "demo/rehearsal")).toMatchObject({ ok: true });
});

test("taking the keys leaves no secret in the environment", () => {
  const env: Record<string, string | undefined> = {
    HOME: "/home/x",
    AWS_SECRET_ACCESS_KEY: KEY,
    DATABASE_URL: "postgres://a:b@c/d",
    ZAI_API_KEY: KEY,
  };
  for (const name of TAKEN_VARIABLES)
    env[name] ??= name.endsWith("DATABASE_URL") ? "postgres://a:b@c/d" : KEY;
  const keys = takeProviderKeys(env);
  expect(keys.zai).toBe(KEY);
  expect(keys.anthropic).toBe(KEY);
  expect(env).toEqual({ HOME: "/home/x", OPENAI_LOG: "off", ANTHROPIC_LOG: "off" });
});
