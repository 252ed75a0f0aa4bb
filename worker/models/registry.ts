import {
  type Api,
  InMemoryCredentialStore,
  InMemoryModelsStore,
  type Model as LibraryModel,
} from "@earendil-works/pi-ai";
import { ModelRuntime } from "@earendil-works/pi-coding-agent";
import type { Model } from "../../core/api.ts";
import { BadInput, ModelError } from "../../core/errors.ts";
import { PROVIDER_KEY_VARIABLES } from "../../core/settings/models.ts";
import type { Settings } from "../../core/settings.ts";
import { type Rehearsal, startRehearsal } from "../demo/rehearsal-server.ts";
import {
  CUSTOM_PROVIDER,
  DEMO_PROVIDER,
  describeModel,
  REHEARSAL_MODEL,
  REHEARSAL_REF,
  refOf,
} from "./catalogue.ts";
import { DEFAULT_MODELS } from "./default-models.ts";
import { nearMatches } from "./near-matches.ts";
import { keyName } from "./provider-failure.ts";

/** Stands where an endpoint wants no key: an empty one would make the library look into the environment. */
const NO_KEY = "no-key";
const STORED = "stored credential";

export type ResolvedModel = { ref: string; scripted: boolean; model: LibraryModel<Api> };

export type ModelRegistry = {
  readonly runtime: ModelRuntime;
  /** Every secret the registry holds: taken out of whatever is recorded. */
  readonly secrets: readonly string[];
  listModels(): Model[];
  defaultModel(): string;
  /** True for the rehearsal, which is named as scripted wherever it shows. */
  isScripted(ref: string): boolean;
  /** Throws ModelError with a sentence that names near matches. */
  resolve(ref: string): ResolvedModel;
  /** The model with a key of ours behind it. Throws ModelError when there is none. */
  prepare(ref: string): Promise<ResolvedModel>;
  close(): Promise<void>;
};

/** One registry a worker. `settings.providerKeys` are the keys that `takeProviderKeys` took. Throws BadInput. */
export async function makeModelRegistry(settings: Settings): Promise<ModelRegistry> {
  const credentials = new InMemoryCredentialStore();
  const keys = { ...settings.providerKeys, [CUSTOM_PROVIDER]: settings.LLM_API_KEY ?? NO_KEY };
  for (const [provider, key] of Object.entries(keys)) {
    await credentials.modify(provider, async () => ({ type: "api_key", key }));
  }
  const runtime = await ModelRuntime.create({
    credentials,
    modelsPath: null,
    modelsStore: new InMemoryModelsStore(),
    allowModelNetwork: false,
    refreshOnCreate: false,
  });
  registerCustom(runtime, settings);
  registerRehearsal(runtime, "http://127.0.0.1:9/v1");
  return registryOf({ runtime, credentials, settings });
}

type Parts = { runtime: ModelRuntime; credentials: InMemoryCredentialStore; settings: Settings };

function registryOf({ runtime, credentials, settings }: Parts): ModelRegistry {
  const secrets = [...Object.values(settings.providerKeys), settings.LLM_API_KEY ?? ""].filter(
    (key) => key !== "",
  );
  let rehearsal: Promise<Rehearsal> | null = null;
  const resolve = (ref: string) => {
    const model = resolveIn(runtime, settings, ref);
    return { ref, model, scripted: model.provider === DEMO_PROVIDER };
  };
  return {
    runtime,
    secrets,
    listModels: () => listIn(runtime, settings),
    defaultModel: () => defaultIn(runtime, settings),
    isScripted: (ref) => ref === REHEARSAL_REF,
    resolve,
    async prepare(ref) {
      const { model, scripted } = resolve(ref);
      if (scripted) {
        rehearsal ??= openRehearsal({ runtime, credentials, settings });
        await rehearsal;
      }
      const auth = await runtime.getAuth(model.provider);
      if (auth?.source !== STORED) throw new ModelError(noKeySentence(model.provider));
      return resolve(ref);
    },
    async close() {
      await (await rehearsal)?.close();
      rehearsal = null;
    },
  };
}

function resolveIn(runtime: ModelRuntime, settings: Settings, ref: string): LibraryModel<Api> {
  const slash = ref.indexOf("/");
  const provider = ref.slice(0, Math.max(0, slash));
  const id = ref.slice(slash + 1);
  if (isOffered(provider, settings) && id !== "") {
    const known = runtime.getModel(provider, id);
    if (known) return known;
    const custom = provider === CUSTOM_PROVIDER ? runtime.getModels(CUSTOM_PROVIDER)[0] : undefined;
    if (custom) return { ...custom, id, name: id };
  }
  throw new ModelError(unknownSentence(ref, listIn(runtime, settings)));
}

function unknownSentence(ref: string, models: readonly Model[]): string {
  if (ref.startsWith(`${CUSTOM_PROVIDER}/`)) {
    return `The model "${ref.slice(0, 200)}" needs an endpoint: set LLM_BASE_URL to an OpenAI-compatible address and start again.`;
  }
  const near = nearMatches(
    ref.slice(0, 200),
    models.map((model) => model.ref),
  );
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(", ")}?`
      : "Choose one as provider/model, for example demo/rehearsal.";
  return `There is no model "${ref.slice(0, 200)}". ${hint}`;
}

function noKeySentence(provider: string): string {
  return `There is no key for ${provider}: set ${keyName(provider)} and start again, or choose demo/rehearsal, which needs none.`;
}

function isOffered(provider: string, settings: Settings): boolean {
  if (provider === DEMO_PROVIDER) return true;
  if (provider === CUSTOM_PROVIDER) return settings.LLM_BASE_URL !== undefined;
  return Object.hasOwn(PROVIDER_KEY_VARIABLES, provider);
}

function hasKey(provider: string, settings: Settings): boolean {
  if (provider === DEMO_PROVIDER || provider === CUSTOM_PROVIDER) return true;
  return Object.hasOwn(settings.providerKeys, provider);
}

function listIn(runtime: ModelRuntime, settings: Settings): Model[] {
  return runtime
    .getModels()
    .filter((model) => isOffered(model.provider, settings))
    .filter((model) => model.provider !== CUSTOM_PROVIDER || settings.LLM_MODEL !== undefined)
    .flatMap((model) => describeModel(model, hasKey(model.provider, settings)) ?? []);
}

function defaultIn(runtime: ModelRuntime, settings: Settings): string {
  if (settings.PIHORDEV_MODEL) return settings.PIHORDEV_MODEL;
  if (settings.LLM_BASE_URL && settings.LLM_MODEL) return `${CUSTOM_PROVIDER}/${settings.LLM_MODEL}`;
  for (const [provider, id] of DEFAULT_MODELS) {
    if (!hasKey(provider, settings)) continue;
    const model = runtime.getModel(provider, id) ?? runtime.getModels(provider)[0];
    if (model) return refOf(model);
  }
  return REHEARSAL_REF;
}

function registerCustom(runtime: ModelRuntime, settings: Settings): void {
  if (!settings.LLM_BASE_URL) return;
  const url = new URL(settings.LLM_BASE_URL);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new BadInput(
      `LLM_BASE_URL begins with "${url.protocol}": give an address that begins with http:// or https://.`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new BadInput("LLM_BASE_URL holds a user name or password: put the key into LLM_API_KEY instead.");
  }
  const id = settings.LLM_MODEL ?? "default";
  runtime.registerProvider(CUSTOM_PROVIDER, {
    name: "Custom endpoint",
    baseUrl: settings.LLM_BASE_URL.replace(/\/+$/, ""),
    api: "openai-completions",
    apiKey: NO_KEY,
    models: [
      {
        id,
        name: id,
        reasoning: false,
        input: ["text"],
        cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
        contextWindow: settings.LLM_CONTEXT_WINDOW,
        maxTokens: settings.LLM_MAX_TOKENS,
        compat: { supportsStore: false, supportsDeveloperRole: false, maxTokensField: "max_tokens" },
      },
    ],
  });
}

async function openRehearsal({ runtime, credentials, settings }: Parts): Promise<Rehearsal> {
  const rehearsal = await startRehearsal({ paceMs: settings.REHEARSAL_PACE_MS });
  await credentials.modify(DEMO_PROVIDER, async () => ({ type: "api_key", key: rehearsal.key }));
  registerRehearsal(runtime, rehearsal.baseUrl);
  return rehearsal;
}

/** Registered from the start, so that it is listed; its server runs from the first time it is used. */
function registerRehearsal(runtime: ModelRuntime, baseUrl: string): void {
  runtime.registerProvider(DEMO_PROVIDER, {
    name: "Rehearsal",
    baseUrl,
    api: "openai-completions",
    apiKey: NO_KEY,
    models: [
      {
        id: REHEARSAL_MODEL,
        name: "Rehearsal",
        reasoning: false,
        input: ["text"],
        cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
        contextWindow: 1_000_000,
        maxTokens: 32_000,
        compat: { supportsStore: false, supportsDeveloperRole: false, maxTokensField: "max_tokens" },
      },
    ],
  });
}
