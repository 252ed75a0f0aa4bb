import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { RepositoryError } from "../../core/errors.ts";
import { type CacheLock, withCacheLock } from "./host/cache-lock.ts";
import { explainRemote } from "./host/explain.ts";
import { type RemoteAccess, withRemote } from "./host/remote-access.ts";
import { withTempFolder } from "./host/temp-folder.ts";
import { git, runGit } from "./host-git.ts";
import { listRefs, type RemoteRefs } from "./probe.ts";
import type { BareCache, GitOptions, RemoteRepository } from "./repository.ts";

export type CacheRequest = { orgId: string; remote: RemoteRepository; options: GitOptions };

type Fetch = CacheRequest & { folder: string; access: RemoteAccess; refs: RemoteRefs; lock: CacheLock };

const MANY_PACKS = 50;

/** What git says of a repository that a crash or a full disk has damaged. */
const DAMAGED =
  /not a git repository|bad object|missing (?:blob|tree|commit)|corrupt|unable to read|loose object|packfile .* cannot|does not point to a valid object|unable to unpack|index-pack died|bad config|did not send all necessary objects/i;

/**
 * The organization's bare copy of the repository, with the remote's branches as they are now. It is only ever a
 * copy: one that was damaged is made again. Throws RepositoryError.
 */
export async function openCache(request: CacheRequest): Promise<BareCache> {
  const { remote, options } = request;
  const folder = cacheFolder(request);
  await mkdir(join(folder, ".."), { recursive: true, mode: 0o700 });
  return withRemote(remote, options, async (access) => {
    const refs = await listRefs(remote, access, options);
    await withCacheLock(folder, options, async (lock) => {
      const fetch = { ...request, folder, access, refs, lock };
      if (await fetchCleanly(fetch)) return;
      await rm(folder, { recursive: true, force: true });
      if (!(await fetchCleanly(fetch))) {
        throw new RepositoryError(
          `The repository ${remote.url} could not be copied whole. Run \`git fsck\` there.`,
        );
      }
    });
    return { folder, defaultBranch: refs.defaultBranch };
  });
}

/** Where the copy lies, there or not. The URL has no credentials, so that a new token finds the same copy. */
function cacheFolder({ orgId, remote, options }: CacheRequest): string {
  if (!/^[0-9a-f-]{36}$/.test(orgId)) throw new RepositoryError("The organization's id is not one.");
  const name = createHash("sha256").update(remote.url).digest("hex").slice(0, 40);
  return join(options.dataFolder, "git", "cache", orgId, `${name}.git`);
}

/** A fetch that failed leaves what it had got, which may have filled the disk. */
async function fetchCleanly(fetch: Fetch): Promise<boolean> {
  try {
    return await fetchInto(fetch);
  } catch (error) {
    await removeLeftovers(fetch.folder).catch(() => undefined);
    throw error;
  }
}

/** False: the copy is damaged. */
async function fetchInto(fetch: Fetch): Promise<boolean> {
  const { folder, access, options, remote, lock, refs } = fetch;
  await ensureRepository(fetch);
  if (refs.branches.size === 0) return true;
  const { uploadPack, protocols, config, variables } = access;
  const flags = ["--no-tags", "--prune", "--no-write-fetch-head", "--no-recurse-submodules", "--quiet"];
  const { exitCode, stderr } = await runGit(
    ["fetch", ...flags, ...uploadPack, "--", access.url, "+refs/heads/*:refs/heads/*"],
    {
      options,
      gitDir: folder,
      protocols,
      config,
      variables,
      onSpawn: lock.onSpawn,
      watch: watchSize(folder, options),
    },
  );
  if (exitCode === 0) return tidy(fetch);
  if (DAMAGED.test(stderr) && !/fsck error/i.test(stderr)) return false;
  throw explainRemote(remote, stderr);
}

/** Made aside and renamed, so that a half-made one is never found. */
async function ensureRepository({ folder, options, refs }: Fetch): Promise<void> {
  if (await stat(folder).catch(() => null)) {
    if ((await removeLeftovers(folder)) === "whole") return;
  }
  await rm(folder, { recursive: true, force: true });
  const [sample = ""] = refs.branches.values();
  const format = sample.length === 64 ? "sha256" : "sha1";
  await withTempFolder(options.dataFolder, async (temp) => {
    const fresh = join(temp, "fresh.git");
    await git(["init", "--quiet", "--bare", "--template=", `--object-format=${format}`, "--", fresh], {
      options,
    });
    await rename(fresh, folder);
  });
}

/** Each fetch adds a pack: many are made one. Objects that nothing names stay for two weeks. */
async function tidy({ folder, options, lock }: Fetch): Promise<true> {
  const packs = (await readdir(join(folder, "objects", "pack"))).filter((name) => name.endsWith(".pack"));
  const call = { options, gitDir: folder, onSpawn: lock.onSpawn };
  if (packs.length > MANY_PACKS) await runGit(["gc", "--quiet"], call);
  return true;
}

/** A crash leaves temporary files, locks of processes that are dead (see CacheLock), and files without content. */
async function removeLeftovers(folder: string): Promise<"whole" | "damaged"> {
  const names = await readdir(folder, { recursive: true });
  const left = names.filter(
    (name) => name.endsWith(".lock") || /^objects\/(?:.*\/)?(?:tmp_|incoming-)/.test(name),
  );
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
  const objects = names.filter((name) =>
    /^objects\/(?:pack\/.*\.(?:pack|idx)|[0-9a-f]{2}\/[0-9a-f]+)$/.test(name),
  );
  for (const name of [...objects, "HEAD", "config"]) {
    if (((await stat(join(folder, name)).catch(() => null))?.size ?? 0) === 0) return "damaged";
  }
  return "whole";
}

/** A pack that grows over the limit ends the fetch before it fills the disk. */
function watchSize(folder: string, options: GitOptions): () => Promise<string | null> {
  const packs = join(folder, "objects", "pack");
  return async () => {
    const names = (await readdir(packs)).filter((name) => name.startsWith("tmp_"));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(packs, name))).size));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total <= options.maxBundleBytes) return null;
    return `The repository is larger than ${options.maxBundleBytes} bytes and was not copied. Raise GIT_MAX_BUNDLE_BYTES to allow it.`;
  };
}
