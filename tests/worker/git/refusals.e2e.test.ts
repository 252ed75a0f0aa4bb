import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RepositoryError } from "../../../core/errors.ts";
import { makeBase } from "../../../worker/git/base.ts";
import { openCache } from "../../../worker/git/cache.ts";
import { probeRepository } from "../../../worker/git/probe.ts";
import type { GitOptions, RemoteRepository } from "../../../worker/git/repository.ts";
import { type GitServer, startGitServer } from "../../support/git-server.ts";
import {
  type GitPlace,
  gitIn,
  leftovers,
  makeBare,
  makePlace,
  makeRepository,
  pathRemote,
} from "./support/fixtures.ts";

let place: GitPlace;
let server: GitServer;
let elsewhere: GitServer;
let redirecting: GitServer;

beforeAll(async () => {
  place = makePlace();
  const folder = join(place.folder, "served");
  mkdirSync(folder);
  makeBare(join(folder, "repo.git"));
  server = await startGitServer({ folder, tls: true, auth: { username: "ada", password: "canary-8d" } });
  elsewhere = await startGitServer({ folder });
  redirecting = await startGitServer({ folder, redirectTo: elsewhere.origin });
});

afterAll(async () => {
  await Promise.all([server.close(), elsewhere.close(), redirecting.close()]);
  place.remove();
});

function remoteAt(url: string, password?: string): RemoteRepository {
  const kind = url.startsWith("https:") ? "https" : url.startsWith("http:") ? "http" : "ssh";
  return { url, kind, credentials: password ? { username: "ada", password } : null };
}

/** The sentence of the refusal; it must be one, and must hold no credential. */
async function refusal(remote: RemoteRepository, given: Partial<GitOptions> = {}): Promise<string> {
  const error = await probeRepository(remote, { ...place.options, ...given }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RepositoryError);
  const message = error instanceof RepositoryError ? error.message : "";
  expect(message).not.toMatch(/canary|\n/);
  return message;
}

describe("a remote that cannot be used is said in one sentence", () => {
  test("nobody listens at its address", async () => {
    expect(await refusal(remoteAt("https://127.0.0.1:1/repo.git"))).toMatch(
      /cannot be reached\. Check the address/,
    );
    expect(await refusal(remoteAt("ssh://git@127.0.0.1:1/repo.git"))).toMatch(/cannot be reached/);
  });

  test("no credentials, wrong ones, an unknown authority, an unknown repository", async () => {
    const caFile = server.caFile ?? "";
    const url = `${server.origin}/repo.git`;
    expect(await refusal(remoteAt(url), { caFile })).toMatch(/asks for a user name and password/);
    expect(await refusal(remoteAt(url, "canary-wrong"), { caFile })).toMatch(/refuses those that were given/);
    expect(await refusal(remoteAt(url, "canary-8d"))).toMatch(/certificate that is not trusted/);
    const gone = remoteAt(`${server.origin}/gone.git`, "canary-8d");
    expect(await refusal(gone, { caFile })).toMatch(/does not exist, or may not be seen/);
  });

  test("a redirect to another host is not followed, and no credential goes there", async () => {
    const said = await refusal(remoteAt(`${redirecting.origin}/repo.git`, "canary-8d"));
    expect(said).toMatch(/redirects to another address, which is not followed/);
    expect(redirecting.requests.length).toBeGreaterThan(0);
    expect(elsewhere.requests).toEqual([]);
  });

  test("a private host is not even asked on an installation that people share", async () => {
    const before = server.requests.length;
    const url = `${server.origin}/repo.git`;
    expect(await refusal(remoteAt(url), { allowPaths: false })).toMatch(/is in a private network/);
    expect(await refusal(remoteAt("ssh://git@10.0.0.1/repo.git"))).toMatch(/is in a private network/);
    expect(server.requests.length).toBe(before);
    const listed = {
      allowPaths: false,
      allowedPrivateHosts: `127.0.0.1:${server.port}`,
      caFile: server.caFile ?? "",
    };
    const probe = await probeRepository(remoteAt(url, "canary-8d"), { ...place.options, ...listed });
    expect(probe.branches).toEqual(["main"]);
  });

  test("http is for loopback on an install of one owner", async () => {
    const listed = { allowPaths: false, allowedPrivateHosts: "127.0.0.1" };
    expect(await refusal(remoteAt(`${elsewhere.origin}/repo.git`), listed)).toMatch(
      /is not encrypted on its way/,
    );
    expect(elsewhere.requests).toEqual([]);
  });

  test("a path with nothing there, a file, a folder without a repository, paths that are not accepted", async () => {
    writeFileSync(join(place.folder, "file"), "");
    mkdirSync(join(place.folder, "plain"));
    expect(await refusal(pathRemote(join(place.folder, "nothing")))).toMatch(
      /There is nothing at .*Check the path/,
    );
    expect(await refusal(pathRemote(join(place.folder, "file")))).toMatch(/is no folder/);
    expect(await refusal(pathRemote(join(place.folder, "plain")))).toMatch(/is not a git repository/);
    const repository = makeRepository(join(place.folder, "own"));
    expect(await refusal(pathRemote(repository), { allowPaths: false })).toMatch(
      /local path, which is not accepted/,
    );
  });

  test.each(["path", "https", "http", "ssh", "sample"] as const)(
    "an ext:: address runs nothing, even when it is stored as %s",
    async (kind) => {
      const touched = join(place.folder, `touched-${kind}`);
      const remote = { url: `ext::touch ${touched}`, kind, credentials: null };
      await expect(probeRepository(remote, place.options)).rejects.toThrow();
      const request = { orgId: place.orgId, remote, options: place.options };
      await expect(openCache(request)).rejects.toThrow();
      expect(existsSync(touched)).toBe(false);
    },
  );

  test("a server that never answers", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const address = silent.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const said = await refusal(remoteAt(`http://127.0.0.1:${port}/repo.git`), { timeoutMs: 700 });
    expect(said).toMatch(/took longer than 1 s and was ended/);
    silent.close();
  });

  test("an aborted run ends its git at once", async () => {
    const abort = new AbortController();
    const options = { ...place.options, signal: abort.signal };
    const opening = openCache({ orgId: place.orgId, remote: remoteAt(`${server.origin}/repo.git`), options });
    abort.abort(new Error("stopped by a person"));
    await expect(opening).rejects.toThrow("stopped by a person");
  });
});

describe("a repository that a run cannot start from", () => {
  async function cached(name: string, prepare: (folder: string) => void) {
    const repository = makeRepository(join(place.folder, name));
    prepare(repository);
    return openCache({ orgId: place.orgId, remote: pathRemote(repository), options: place.options });
  }

  test("has no such branch: the others are named", async () => {
    const cache = await cached("branches", (folder) => gitIn(folder, "branch", "dev"));
    const making = makeBase(cache, { branch: "nope", options: place.options });
    await expect(making).rejects.toThrow(
      "The branch `nope` does not exist in this repository. The task was not started. Choose one of: `dev`, `main`.",
    );
    await expect(making).rejects.toMatchObject({ code: "repository", reason: "base_branch" });
    for (const branch of ["--all", "../main", "refs/heads/main", "main^{}"]) {
      await expect(makeBase(cache, { branch, options: place.options })).rejects.toThrow("does not exist");
    }
  });

  test("is larger than allowed: nothing stays on the disk", async () => {
    const cache = await cached("large", (folder) => {
      writeFileSync(join(folder, "noise"), randomBytes(600_000));
      gitIn(folder, "add", "-A");
      gitIn(folder, "commit", "-q", "-m", "Noise");
    });
    const options = { ...place.options, maxBundleBytes: 100_000 };
    await expect(makeBase(cache, { branch: null, options })).rejects.toThrow(/larger than 100000 bytes/);
    expect(leftovers(place.options)).toEqual([]);
  });

  // Only root may mount a small disk.
  test.runIf(process.getuid?.() === 0)("a full disk is said as such, and the next run works", async () => {
    const repository = makeRepository(join(place.folder, "noisy"));
    writeFileSync(join(repository, "noise"), randomBytes(3_000_000));
    gitIn(repository, "add", "-A");
    gitIn(repository, "commit", "-q", "-m", "Noise");
    const disk = join(place.folder, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
    try {
      const options = { ...place.options, dataFolder: join(disk, "data") };
      const request = { orgId: place.orgId, remote: pathRemote(repository), options };
      await expect(openCache(request)).rejects.toMatchObject({ reason: "disk_full" });
      expect(leftovers(options)).toEqual([]);
      execFileSync("mount", ["-o", "remount,size=32m", disk]);
      const { folder } = await openCache(request);
      expect(gitIn(folder, "rev-parse", "main")).toBe(gitIn(repository, "rev-parse", "main"));
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});
