import { posix } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { SandboxManager, Sandbox as SdkSandbox } from "@alibaba-group/opensandbox";
import { NotFound, SandboxError, TooLarge } from "../../core/errors.ts";
import type { Settings } from "../../core/settings.ts";
import { runCommand } from "./run-command.ts";
import type { CommandOptions, CommandResult, FileInfo, Network, Sandbox, SandboxOptions } from "./sandbox.ts";
import { errorOf, failureOf } from "./sdk-errors.ts";

/** The one file that speaks to the OpenSandbox SDK, and so to every server of sandboxes. */
export type SandboxEndpoint = { url: string; apiKey: string; provider: "local" | "opensandbox" };
export type SandboxDeps = { settings: Settings; endpoint: SandboxEndpoint };
/** A box that some installation of ours made. */
export type FoundSandbox = { sandboxId: string; orgId: string; runId: string; createdAt: Date };

/** Images may have to be pulled; a create that is given up on may go on on the server. */
const CREATE_TIMEOUT_MS = 300_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Files: the time-out is of the whole transfer. */
const TRANSFER_TIMEOUT_MS = 600_000;
const READY_POLL_MS = 20;
/** OpenSandbox refuses less. */
const MIN_TTL_SECONDS = 60;
const DEFAULT_MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Larger files are sent as a stream, not as a form in memory. */
const STREAMED_FROM_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const DEFAULT_CWD = "/workspace";
const SWEEP_PAGE = 100;

/** Makes a box for one run. Throws SandboxError; nothing is left on the server then, as far as it can be told. */
export async function openSandbox(options: SandboxOptions, deps: SandboxDeps): Promise<Sandbox> {
  const creating = create(options, deps);
  try {
    const sdk = await within(CREATE_TIMEOUT_MS, creating, options.signal);
    const network = await networkOf(sdk, deps);
    if (deps.endpoint.provider === "opensandbox") await prepareFolders(sdk);
    return makeSandbox(sdk, deps, network);
  } catch (thrown) {
    void creating.then(kill, () => undefined);
    throw new SandboxError(`No sandbox could be opened: ${failureOf(thrown).message}`, { cause: thrown });
  }
}

/** Ends every box that `isOrphan` names, and answers how many. For boxes whose worker died, or whose making was given up. */
export async function sweepSandboxes(
  deps: SandboxDeps,
  isOrphan: (found: FoundSandbox) => boolean | Promise<boolean>,
): Promise<number> {
  const manager = SandboxManager.create({ connectionConfig: connection(deps.endpoint) });
  try {
    let swept = 0;
    for (const found of await listSandboxes(manager)) {
      if (!(await isOrphan(found))) continue;
      await within(REQUEST_TIMEOUT_MS, manager.killSandbox(found.sandboxId)).catch(ignoreGone);
      swept += 1;
    }
    return swept;
  } catch (thrown) {
    throw errorOf(thrown, "The sandboxes could not be swept");
  } finally {
    await manager.close();
  }
}

function connection(endpoint: SandboxEndpoint) {
  return {
    domain: endpoint.url,
    apiKey: endpoint.apiKey,
    // Without the server's proxy the key would be sent to a process inside the box.
    useServerProxy: true,
    disableMetrics: true,
    requestTimeoutSeconds: TRANSFER_TIMEOUT_MS / 1_000,
  };
}

function create(options: SandboxOptions, { settings, endpoint }: SandboxDeps): Promise<SdkSandbox> {
  const blocked = !settings.SANDBOX_NETWORK && endpoint.provider === "opensandbox";
  return SdkSandbox.create({
    connectionConfig: connection(endpoint),
    image: settings.OPENSANDBOX_IMAGE,
    metadata: { app: "pihordev", org: options.orgId, run: options.runId },
    timeoutSeconds: ttlSeconds(settings),
    resource: { cpu: "2", memory: `${Math.ceil(settings.SANDBOX_MEMORY_BYTES / 1024 ** 2)}Mi` },
    readyTimeoutSeconds: settings.SANDBOX_READY_TIMEOUT_MS / 1_000,
    healthCheckPollingInterval: READY_POLL_MS,
    ...(blocked ? { networkPolicy: { defaultAction: "deny" as const, egress: [] } } : {}),
  });
}

async function networkOf(sdk: SdkSandbox, { settings, endpoint }: SandboxDeps): Promise<Network> {
  if (!settings.SANDBOX_NETWORK) return "none";
  if (endpoint.provider === "opensandbox") return "egress";
  const info = await within(REQUEST_TIMEOUT_MS, sdk.getInfo());
  return info.metadata?.network === "egress" ? "egress" : "none";
}

async function prepareFolders(sdk: SdkSandbox): Promise<void> {
  await within(REQUEST_TIMEOUT_MS, sdk.files.createDirectories([{ path: DEFAULT_CWD, mode: 755 }]));
}

function makeSandbox(sdk: SdkSandbox, deps: SandboxDeps, network: Network): Sandbox {
  const renewal = keepAlive(sdk, deps.settings);
  let closing: Promise<void> | null = null;
  return {
    sandboxId: sdk.id,
    provider: deps.endpoint.provider,
    network,
    run(command: string, options: CommandOptions): Promise<CommandResult> {
      return runCommand(sdk.commands, { text: command, cwd: options.cwd ?? DEFAULT_CWD, options });
    },
    readFile: (path, options) => readFile(sdk, path, options?.maxBytes ?? DEFAULT_MAX_FILE_BYTES),
    writeFile: (path, data, options) => writeFile(sdk, path, { data, mode: options?.mode }),
    list: (path, options) => list(sdk, path, options?.depth ?? 1),
    info: (path) => info(sdk, path),
    close(): Promise<void> {
      clearInterval(renewal);
      closing ??= kill(sdk);
      return closing;
    },
  };
}

/** Well under half of the time that a box lives without it. */
function keepAlive(sdk: SdkSandbox, settings: Settings): NodeJS.Timeout {
  const timer = setInterval(
    () => void sdk.renew(ttlSeconds(settings)).catch(() => undefined),
    (ttlSeconds(settings) * 1_000) / 3,
  );
  timer.unref();
  return timer;
}

async function readFile(sdk: SdkSandbox, path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    // One byte more than allowed tells a file that is too large, without reading it.
    const bytes = await within(
      TRANSFER_TIMEOUT_MS,
      sdk.files.readBytes(path, { range: `bytes=0-${maxBytes}` }),
    );
    if (bytes.length <= maxBytes) return bytes;
  } catch (thrown) {
    if (failureOf(thrown).status === 416) return new Uint8Array();
    throw errorOf(thrown, `${path} cannot be read`);
  }
  throw new TooLarge(`${path} has more than ${maxBytes} bytes: read a part of it with a command.`);
}

async function writeFile(
  sdk: SdkSandbox,
  path: string,
  { data, mode }: { data: Uint8Array | string; mode: number | undefined },
): Promise<void> {
  const bytes = typeof data === "string" ? Buffer.from(data.toWellFormed()) : data;
  const body = bytes.length > STREAMED_FROM_BYTES ? inChunks(bytes) : bytes;
  // The API writes 0o644 as the number 644.
  const entry = { path, data: body, ...(mode === undefined ? {} : { mode: Number(mode.toString(8)) }) };
  await within(TRANSFER_TIMEOUT_MS, sdk.files.writeFiles([entry])).catch((thrown: unknown) => {
    throw errorOf(thrown, `${path} cannot be written`);
  });
}

async function list(sdk: SdkSandbox, path: string, depth: number): Promise<FileInfo[]> {
  const entries = await within(REQUEST_TIMEOUT_MS, sdk.files.listDirectory({ path, depth })).catch(
    (thrown: unknown) => {
      throw errorOf(thrown, `${path} cannot be listed`);
    },
  );
  return entries.map(toFileInfo);
}

async function info(sdk: SdkSandbox, path: string): Promise<FileInfo | null> {
  try {
    const found = Object.values(await within(REQUEST_TIMEOUT_MS, sdk.files.getFileInfo([path])))[0];
    return found ? { ...toFileInfo(found), path: posix.resolve(DEFAULT_CWD, path) } : null;
  } catch (thrown) {
    const error = errorOf(thrown, `${path} cannot be looked at`);
    if (error instanceof NotFound) return null;
    throw error;
  }
}

function toFileInfo(entry: {
  path: string;
  type?: FileInfo["type"] | undefined;
  size?: number | undefined;
}): FileInfo {
  return { path: entry.path, type: entry.type ?? "other", size: entry.size ?? 0 };
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

async function kill(sdk: SdkSandbox): Promise<void> {
  try {
    await within(REQUEST_TIMEOUT_MS, sdk.kill()).catch(ignoreGone);
  } finally {
    await sdk.close();
  }
}

/** A box that is gone needs no ending; nor does one whose server is gone with all its boxes. */
function ignoreGone(thrown: unknown): void {
  const failure = failureOf(thrown);
  if (failure.status === 404 || failure.status === null) return;
  throw new SandboxError(`A sandbox could not be ended: ${failure.message}`, { cause: thrown });
}

async function listSandboxes(manager: SandboxManager): Promise<FoundSandbox[]> {
  const found: FoundSandbox[] = [];
  for (let page = 1; ; page++) {
    const filter = { metadata: { app: "pihordev" }, page, pageSize: SWEEP_PAGE };
    const { items, pagination } = await within(REQUEST_TIMEOUT_MS, manager.listSandboxInfos(filter));
    for (const { id, metadata, createdAt } of items) {
      const { org = "", run = "" } = metadata ?? {};
      found.push({ sandboxId: id, orgId: org, runId: run, createdAt });
    }
    if (!pagination?.hasNextPage) return found;
  }
}

function ttlSeconds(settings: Settings): number {
  return Math.max(MIN_TTL_SECONDS, Math.ceil(settings.SANDBOX_TTL_MS / 1_000));
}

/** The SDK's own time-out is one for all requests, and it ends with the headers: this one is of the whole. */
async function within<T>(timeoutMs: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  const ended = new AbortController();
  const late = wait(timeoutMs, undefined, { signal: ended.signal }).then(() => {
    throw new SandboxError(`the sandbox server did not answer within ${timeoutMs} ms`);
  });
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(new SandboxError("it was aborted"));
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true, signal: ended.signal });
  });
  aborted.catch(() => undefined);
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late, aborted]);
  } finally {
    ended.abort();
  }
}
