import { PROVIDER_KEY_VARIABLES } from "../../../core/settings/models.ts";
import { SECRET_VARIABLES, settingsSchema } from "../../../core/settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What any program of a machine needs. */
const SYSTEM =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TERM|NO_COLOR|FORCE_COLOR|NODE_ENV|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/;
/** What a program needs that calls out: a proxy's address may carry a password. */
const OUTGOING = /^((HTTP|HTTPS|ALL|NO)_PROXY|(http|https|all|no)_proxy|SSH_AUTH_SOCK)$/;
const OPEN_SETTINGS = Object.keys(settingsSchema.shape).filter(
  (name) => !SECRET_VARIABLES.includes(name) && !OUTGOING.test(name),
);
const WORKER_SECRETS = ["LLM_API_KEY", "BLOB_URL", ...Object.values(PROVIDER_KEY_VARIABLES).flat()];

/** The gateway's environment: no key of a provider, no database but as its own role. */
export function gatewayEnvironment(from: Environment, own: Environment): Record<string, string> {
  return { ...pick(from, (name) => isPlain(name) || name === "BLOB_URL"), ...defined(own) };
}

/** The worker's: it alone is given the providers' keys. */
export function workerEnvironment(from: Environment, own: Environment): Record<string, string> {
  const wanted = (name: string) => isPlain(name) || OUTGOING.test(name) || WORKER_SECRETS.includes(name);
  return { ...pick(from, wanted), ...defined(own) };
}

function isPlain(name: string): boolean {
  return SYSTEM.test(name) || OPEN_SETTINGS.includes(name);
}

function pick(from: Environment, wanted: (name: string) => boolean): Record<string, string> {
  return defined(Object.fromEntries(Object.entries(from).filter(([name]) => wanted(name))));
}

function defined(from: Environment): Record<string, string> {
  const entries = Object.entries(from).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  return Object.fromEntries(entries);
}
