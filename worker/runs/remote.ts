import { samplePath } from "../demo/sample-repository.ts";
import type { GitCredentials, GitOptions, RemoteRepository } from "../git/repository.ts";
import type { WorkerParts } from "../parts.ts";
import type { LinkedProject } from "./read-run.ts";

/** The repository with its credentials out of the vault; the bundled sample becomes a path of the data folder. */
export async function remoteOf(
  parts: WorkerParts,
  orgId: string,
  repository: LinkedProject["repository"],
): Promise<RemoteRepository> {
  const { kind, credentialId } = repository;
  const url = kind === "sample" ? await samplePath(parts.dataFolder) : repository.url;
  const credentials = credentialId ? parseCredentials(await parts.vault.open(orgId, credentialId)) : null;
  return { url, kind, credentials };
}

/** What every use of git on the host is bound by. */
export function gitOptions(parts: WorkerParts, signal?: AbortSignal): GitOptions {
  const { settings } = parts;
  return {
    dataFolder: parts.dataFolder,
    timeoutMs: settings.GIT_TIMEOUT_MS,
    maxBundleBytes: settings.GIT_MAX_BUNDLE_BYTES,
    allowPaths: parts.trustedLoopback,
    allowedPrivateHosts: settings.ALLOWED_PRIVATE_HOSTS,
    ...(settings.GIT_SSL_CAINFO ? { caFile: settings.GIT_SSL_CAINFO } : {}),
    ...(settings.GIT_SSH_KEY_FILE ? { sshKeyFile: settings.GIT_SSH_KEY_FILE } : {}),
    ...(parts.trustedLoopback && settings.SSH_AUTH_SOCK ? { sshAgentSocket: settings.SSH_AUTH_SOCK } : {}),
    ...(signal ? { signal } : {}),
  };
}

/** Sealed by the gateway as JSON: { username, password }. */
function parseCredentials(text: string): GitCredentials {
  const { username, password } = JSON.parse(text);
  return { username: String(username), password: String(password) };
}
