import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitOptions } from "../repository.ts";

const prepared = new Map<string, Promise<void>>();

/** What git on the host obeys, whatever a repository or the machine says. Handed over by environment, never by argv. */
const ALWAYS: Readonly<Record<string, string>> = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.alternateRefsCommand": "true",
  "credential.helper": "",
  "protocol.version": "2",
  "http.followRedirects": "false",
  "http.lowSpeedLimit": "1",
  "http.lowSpeedTime": "60",
  "fetch.recurseSubmodules": "false",
  "push.recurseSubmodules": "no",
  "submodule.recurse": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "receive.autogc": "false",
  "transfer.fsckObjects": "true",
  "fetch.unpackLimit": "1",
  "transfer.credentialsInUrl": "die",
  "advice.detachedHead": "false",
};

/** Old slips in the history of many honest projects. Nothing of a fetched repository is ever checked out here. */
const TOLERATED_UPSTREAM = [
  "badTimezone",
  "missingSpaceBeforeDate",
  "missingSpaceBeforeEmail",
  "missingNameBeforeEmail",
  "missingEmail",
  "badEmail",
  "zeroPaddedFilemode",
  "zeroPaddedDate",
  "badFilemode",
  "nullSha1",
  "extraHeaderEntry",
];

export type EnvironmentParts = {
  /** For GIT_ALLOW_PROTOCOL. */
  protocols: readonly string[];
  config?: Readonly<Record<string, string>>;
  /** Added last. */
  variables?: Readonly<Record<string, string>>;
};

/** A whole environment for git: nothing of this process's own enters it but PATH. */
export async function gitEnvironment(
  options: GitOptions,
  parts: EnvironmentParts,
): Promise<Record<string, string>> {
  const root = join(options.dataFolder, "git");
  await prepareHome(root);
  return {
    PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: join(root, "home"),
    XDG_CONFIG_HOME: join(root, "home"),
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: join(root, "config"),
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: parts.protocols.join(":"),
    ...(options.caFile ? { GIT_SSL_CAINFO: options.caFile } : {}),
    ...configVariables({ ...ALWAYS, ...tolerated(), ...parts.config }),
    ...parts.variables,
  };
}

function tolerated(): Record<string, string> {
  return Object.fromEntries(TOLERATED_UPSTREAM.map((id) => [`fetch.fsck.${id}`, "ignore"]));
}

function configVariables(config: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(config);
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(entries.length) };
  for (const [index, [key, value]] of entries.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}

/**
 * An empty home and the one configuration file: repositories of another user may be read, because the worker may
 * run as root and git's programs at the other end of a local path see only this file.
 */
function prepareHome(root: string): Promise<void> {
  const known = prepared.get(root);
  if (known) return known;
  const work = makeHome(root);
  prepared.set(root, work);
  work.catch(() => prepared.delete(root));
  return work;
}

async function makeHome(root: string): Promise<void> {
  await mkdir(join(root, "home"), { recursive: true, mode: 0o700 });
  const fresh = join(root, `config.${process.pid}`);
  await writeFile(fresh, "[safe]\n\tdirectory = *\n", { mode: 0o600 });
  await rename(fresh, join(root, "config"));
}
