import * as z from "zod";
import { BadInput } from "./errors.ts";
import { dataSettings } from "./settings/data.ts";
import { modelSettings, PROVIDER_KEY_VARIABLES } from "./settings/models.ts";
import { serverSettings } from "./settings/server.ts";
import { workerSettings } from "./settings/worker.ts";

/** Everything that can be set, all optional on a laptop, only through environment variables. */
export const settingsSchema = z.object({
  ...dataSettings,
  ...serverSettings,
  ...workerSettings,
  ...modelSettings,
});
export type Settings = z.infer<typeof settingsSchema> & {
  /** Provider id → key, from the provider's usual variable. */
  providerKeys: Readonly<Record<string, string>>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings; an empty variable counts as left out. Throws BadInput that names each wrong variable. */
export function readSettings(environment: Environment): Settings {
  const given = Object.fromEntries(
    Object.keys(settingsSchema.shape)
      .map((name) => [name, environment[name]] as const)
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    throw wrongSettings(parsed.error.issues.map((issue) => `${issue.path.join(".")} (${issue.message})`));
  }
  // One without the other would be passed over without a word.
  const { LLM_BASE_URL, LLM_MODEL } = parsed.data;
  if (LLM_BASE_URL && !LLM_MODEL) throw wrongSettings(["LLM_MODEL (missing beside LLM_BASE_URL)"]);
  if (LLM_MODEL && !LLM_BASE_URL) throw wrongSettings(["LLM_BASE_URL (missing beside LLM_MODEL)"]);
  return { ...parsed.data, providerKeys: providerKeysIn(environment) };
}

function wrongSettings(problems: readonly string[]): BadInput {
  return new BadInput(`Wrong settings: ${problems.join(", ")}: correct these variables and start again.`);
}

/** Names of the variables that hold a secret: taken out of the environment of every child process. */
export const SECRET_VARIABLES: readonly string[] = [
  ...Object.values(PROVIDER_KEY_VARIABLES).flat(),
  "LLM_API_KEY",
  "ENCRYPTION_KEY",
  "OPENSANDBOX_API_KEY",
  "DATABASE_URL",
  "GATEWAY_DATABASE_URL",
  "WORKER_DATABASE_URL",
  "AUTH_DATABASE_URL",
  "BLOB_URL",
];

function providerKeysIn(environment: Environment): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [provider, variables] of Object.entries(PROVIDER_KEY_VARIABLES)) {
    const key = variables.map((name) => environment[name]?.trim()).find((value) => value);
    if (key) keys[provider] = key;
  }
  return keys;
}
