import { stat, writeFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { messageOf, RepositoryError } from "../../../core/errors.ts";
import { checkEgress, parseHostList } from "../../egress-guard.ts";
import type { GitOptions, RemoteRepository } from "../repository.ts";
import { withTempFolder } from "./temp-folder.ts";

/** How one remote is spoken to: checked, pinned to the addresses that were checked, with its credentials. */
export type RemoteAccess = {
  /** Goes after `--` or `--end-of-options`. */
  url: string;
  protocols: readonly string[];
  config: Readonly<Record<string, string>>;
  variables: Readonly<Record<string, string>>;
  /** `--upload-pack=…` for a local path: the other end obeys this, not the repository's own configuration. */
  uploadPack: readonly string[];
  receivePack: readonly string[];
};

const NOTHING = { config: {}, variables: {}, uploadPack: [], receivePack: [] };

/**
 * Hooks and programs that the configuration of a repository on this disk names are not run by us, and the branch
 * that is checked out there is never touched.
 */
const LOCAL_CONFIG = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.alternateRefsCommand=true",
  "receive.denyCurrentBranch=refuse",
  "receive.autogc=false",
  "gc.auto=0",
  "maintenance.auto=false",
];

/** Throws RepositoryError when the remote may not be reached. What it wrote to disk is gone when `use` has ended. */
export async function withRemote<Result>(
  remote: RemoteRepository,
  options: GitOptions,
  use: (access: RemoteAccess) => Promise<Result>,
): Promise<Result> {
  if (remote.kind === "path" || remote.kind === "sample") return use(await pathAccess(remote, options));
  if (remote.kind === "ssh")
    return withTempFolder(options.dataFolder, async (folder) =>
      use(await sshAccess({ remote, options, folder })),
    );
  return use(await httpAccess(remote, options));
}

async function pathAccess({ url, kind }: RemoteRepository, options: GitOptions): Promise<RemoteAccess> {
  if (!url.startsWith("/") || (kind === "path" && !options.allowPaths)) {
    throw new RepositoryError(`The repository ${url} is on a local path, which is not accepted here.`);
  }
  const found = await stat(url).catch(() => null);
  if (found === null) throw new RepositoryError(`There is nothing at ${url}. Check the path.`);
  if (!found.isDirectory())
    throw new RepositoryError(`${url} is no folder. Name the folder of a git repository.`);
  const program = (name: string) => `git ${LOCAL_CONFIG.map((entry) => `-c ${entry}`).join(" ")} ${name}`;
  return {
    ...NOTHING,
    url,
    protocols: ["file"],
    uploadPack: [`--upload-pack=${program("upload-pack")}`],
    receivePack: [`--receive-pack=${program("receive-pack")}`],
  };
}

async function httpAccess(remote: RemoteRepository, options: GitOptions): Promise<RemoteAccess> {
  const { protocol, hostname, port } = new URL(remote.url);
  const kind = protocol === "https:" ? "https" : "http";
  if (!remote.url.startsWith(`${kind}://`) || hostname === "") {
    throw new RepositoryError("This address is not understood. Link the repository again.");
  }
  const number = Number(port || (kind === "https" ? 443 : 80));
  const addresses = await allowedAddresses({ host: hostname, port: number }, options);
  if (kind === "http") refuseOpenHttp(remote, options, addresses);
  const pinned = addresses.map((address) => (isIPv6(address) ? `[${address}]` : address)).join(",");
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    ...NOTHING,
    url: remote.url,
    protocols: [kind],
    // Config travels in the environment: an argument would be readable by every user of this machine.
    config: {
      ...(isIPv6(host) ? {} : { "http.curloptResolve": `${host}:${number}:${pinned}` }),
      ...authorization(remote),
    },
  };
}

function authorization({ credentials }: RemoteRepository): Record<string, string> {
  if (!credentials) return {};
  const basic = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
  return { "http.extraHeader": `Authorization: Basic ${basic}` };
}

function refuseOpenHttp(remote: RemoteRepository, options: GitOptions, addresses: readonly string[]): void {
  const local = addresses.every((address) => address === "::1" || address.startsWith("127."));
  if (options.allowPaths && local) return;
  throw new RepositoryError(
    `The repository ${remote.url} is not encrypted on its way, which is not accepted. Use https.`,
  );
}

type SshMeans = { remote: RemoteRepository; options: GitOptions; folder: string };

async function sshAccess({ remote, options, folder }: SshMeans): Promise<RemoteAccess> {
  const { host, port } = sshHost(remote.url);
  const [address] = await allowedAddresses({ host, port }, options);
  const settings = [
    "-F /dev/null",
    "-o BatchMode=yes",
    "-o StrictHostKeyChecking=accept-new",
    `-o UserKnownHostsFile=${quoted(join(options.dataFolder, "git", "known_hosts"))}`,
    "-o GlobalKnownHostsFile=/dev/null",
    "-o UpdateHostKeys=no",
    `-o HostName=${address}`,
    `-o HostKeyAlias='${port === 22 ? host : `[${host}]:${port}`}'`,
    "-o ConnectTimeout=20",
    "-o ServerAliveInterval=15",
    "-o ServerAliveCountMax=4",
    "-o PermitLocalCommand=no",
    "-o ForwardAgent=no",
    "-o ClearAllForwardings=yes",
    ...(await identity({ remote, options, folder })),
  ];
  const agent =
    options.sshAgentSocket && !remote.credentials ? { SSH_AUTH_SOCK: options.sshAgentSocket } : {};
  const variables = { GIT_SSH_COMMAND: `ssh ${settings.join(" ")}`, GIT_SSH_VARIANT: "ssh", ...agent };
  return { ...NOTHING, url: remote.url, protocols: ["ssh"], variables };
}

async function identity({ remote, options, folder }: SshMeans): Promise<string[]> {
  if (remote.credentials) {
    const key = join(folder, "key");
    await writeFile(key, `${remote.credentials.password.trim()}\n`, { mode: 0o600 });
    return [`-o IdentityFile=${quoted(key)}`, "-o IdentitiesOnly=yes", "-o IdentityAgent=none"];
  }
  if (options.sshKeyFile) return [`-o IdentityFile=${quoted(options.sshKeyFile)}`];
  return options.sshAgentSocket
    ? ["-o IdentityFile=none"]
    : ["-o IdentityFile=none", "-o IdentityAgent=none"];
}

/** ssh://user@host:port/path or user@host:path. */
function sshHost(url: string): { host: string; port: number } {
  const match =
    /^ssh:\/\/(?:[^@/]+@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?\//i.exec(url) ??
    /^(?:[^@/]+@)?(\[[^\]]+\]|[^:/]+):/.exec(url);
  const host = match?.[1]?.replace(/^\[|\]$/g, "") ?? "";
  // It becomes part of a shell's command line.
  if (!/^[a-z0-9][a-z0-9.:-]*$/i.test(host)) {
    throw new RepositoryError("This ssh address is not understood. Link the repository again.");
  }
  return { host, port: Number(match?.[2] ?? 22) };
}

async function allowedAddresses(
  target: { host: string; port: number },
  options: GitOptions,
): Promise<string[]> {
  const allowedPrivateHosts = parseHostList(options.allowedPrivateHosts);
  try {
    return await checkEgress(target, { allowedPrivateHosts, allowLoopback: options.allowPaths });
  } catch (cause) {
    throw new RepositoryError(messageOf(cause), { cause });
  }
}

/** For the shell that git gives GIT_SSH_COMMAND to, and for ssh, which splits values at spaces. */
function quoted(path: string): string {
  return `'"${path.replaceAll("'", "'\\''")}"'`;
}
