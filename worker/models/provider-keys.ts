import { readSettings, SECRET_VARIABLES } from "../../core/settings.ts";

/**
 * Variables by which the model library finds credentials on its own. They are removed as well: whatever is asked
 * for is asked for with a key of our store, never with what happened to be set on the machine.
 */
const AMBIENT_VARIABLES: readonly string[] = [
  "ANTHROPIC_AUTH_TOKEN",
  "ANTHROPIC_OAUTH_TOKEN",
  "AWS_ACCESS_KEY_ID",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_PROFILE",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AZURE_OPENAI_API_KEY",
  "CLOUDFLARE_API_KEY",
  "GH_TOKEN",
  "GITHUB_TOKEN",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "GOOGLE_CLOUD_API_KEY",
  "RADIUS_API_KEY",
  "XIAOMI_TOKEN_PLAN_AMS_API_KEY",
  "XIAOMI_TOKEN_PLAN_CN_API_KEY",
  "XIAOMI_TOKEN_PLAN_SGP_API_KEY",
  "QWEN_TOKEN_PLAN_CN_API_KEY",
];

/** Every variable that `takeProviderKeys` deletes. */
export const TAKEN_VARIABLES: readonly string[] = [...new Set([...SECRET_VARIABLES, ...AMBIENT_VARIABLES])];

/** The providers' clients write what a provider sent to stderr when they cannot read it, and that may hold a key. */
const CLIENT_LOGS: readonly string[] = ["OPENAI_LOG", "ANTHROPIC_LOG"];

type Environment = Record<string, string | undefined>;

/**
 * Provider id → key. Call once at boot, after `readSettings`: it deletes every secret from `environment` (give
 * `process.env`), so that neither a child process nor a library can read one there.
 */
export function takeProviderKeys(environment: Environment): Readonly<Record<string, string>> {
  const { providerKeys } = readSettings(environment);
  for (const name of TAKEN_VARIABLES) delete environment[name];
  for (const name of CLIENT_LOGS) environment[name] = "off";
  return providerKeys;
}
