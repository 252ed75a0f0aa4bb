import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openCache } from "../../../worker/git/cache.ts";
import { pushBranch } from "../../../worker/git/push.ts";
import type { BareCache, RemoteRepository } from "../../../worker/git/repository.ts";
import { type GitServer, startGitServer } from "../../support/git-server.ts";
import { type GitPlace, gitIn, makeBare, makePlace, makeRepository, pathRemote } from "./support/fixtures.ts";

const BRANCH = "pihordev/say-hello-1a2b3c";
const REF = `refs/heads/${BRANCH}`;

let place: GitPlace;
let server: GitServer;
/** Runs once, when the push itself reaches the server. */
let onPush: (() => void) | null = null;

let repository: string;
let remote: RemoteRepository;
let cache: BareCache;
let commit: string;
let count = 0;

beforeAll(async () => {
  place = makePlace();
  const folder = join(place.folder, "served");
  mkdirSync(folder);
  server = await startGitServer({
    folder,
    before: async ({ method, url }) => {
      if (method !== "POST" || !url?.endsWith("/git-receive-pack")) return;
      onPush?.();
      onPush = null;
    },
  });
});

afterAll(async () => {
  await server.close();
  place.remove();
});

beforeEach(async () => {
  count += 1;
  repository = makeBare(join(place.folder, "served", `r${count}.git`));
  remote = { url: `${server.origin}/r${count}.git`, kind: "http", credentials: null };
  cache = await openCache({ orgId: place.orgId, remote, options: place.options });
  commit = commitOn(cache.folder, "main", "Say hello");
});

/** A new commit in a bare repository, on no branch. */
function commitOn(folder: string, parent: string, message: string): string {
  return gitIn(folder, "commit-tree", `${parent}^{tree}`, "-p", parent, "-m", message);
}

function hook(folder: string, name: string, text: string): void {
  mkdirSync(join(folder, "hooks"), { recursive: true });
  writeFileSync(join(folder, "hooks", name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, "hooks", name), 0o755);
}

const push = (expected: string | null = null, timeoutMs = 60_000) =>
  pushBranch(cache, remote, { branch: BRANCH, commit, expected, options: { ...place.options, timeoutMs } });
const there = () => gitIn(repository, "for-each-ref", "--format=%(objectname)", REF);

describe("a push", () => {
  test("happens once: a repeat finds it there", async () => {
    expect(await push()).toEqual({ pushed: true });
    expect(await push()).toEqual({ pushed: false });
    expect(there()).toBe(commit);
    expect(gitIn(repository, "for-each-ref", "--format=%(refname)").split("\n")).toEqual([
      "refs/heads/main",
      REF,
    ]);
  });

  test("whose answer got lost is found there", async () => {
    hook(repository, "post-receive", "exec sleep 20");
    expect(await push(null, 2_500)).toEqual({ pushed: true });
    expect(there()).toBe(commit);
  });

  test("goes forwards from what was expected", async () => {
    await push();
    const first = commit;
    commit = commitOn(cache.folder, first, "More");
    expect(await push(first)).toEqual({ pushed: true });
    expect(there()).toBe(commit);
  });

  test("never takes commits away, even when the branch is where it was expected", async () => {
    const ahead = commitOn(repository, "main", "Somebody's work");
    gitIn(repository, "update-ref", REF, ahead);
    gitIn(cache.folder, "fetch", "-q", repository, ahead);
    await expect(push(ahead)).rejects.toThrow(/would lose commits/);
    expect(there()).toBe(ahead);
  });

  test("is refused when the branch has moved", async () => {
    const theirs = commitOn(repository, "main", "Somebody's work");
    gitIn(repository, "update-ref", REF, theirs);
    await expect(push()).rejects.toMatchObject({ code: "repository", reason: "push" });
    await expect(push()).rejects.toThrow(/where it was to be new\. Nothing was pushed/);
    expect(there()).toBe(theirs);
  });

  test("is refused when the branch appears between the look and the push", async () => {
    const theirs = commitOn(repository, "main", "Somebody's work");
    onPush = () => gitIn(repository, "update-ref", REF, theirs);
    await expect(push()).rejects.toThrow(/Nothing was pushed/);
    expect(there()).toBe(theirs);
  });

  test("that a protected branch refuses says the server's reason", async () => {
    hook(repository, "pre-receive", "echo 'branches need a ticket number' >&2; exit 1");
    await expect(push()).rejects.toThrow(
      /refused the branch `pihordev\/say-hello-1a2b3c` \(pre-receive hook declined: branches need a ticket number\)/,
    );
    await expect(push()).rejects.toMatchObject({ reason: "push" });
    expect(there()).toBe("");
  });
});

describe("a push to a repository on this disk", () => {
  let work: string;

  beforeEach(async () => {
    work = makeRepository(join(place.folder, `work${count}`));
    remote = pathRemote(work);
    cache = await openCache({ orgId: place.orgId, remote, options: place.options });
    commit = commitOn(cache.folder, "main", "Say hello");
    repository = work;
  });

  test("leaves the branch alone that is checked out", async () => {
    gitIn(work, "checkout", "-q", "-b", BRANCH);
    const before = there();
    await expect(push(before)).rejects.toThrow(/is checked out in .*, so it was not touched/);
    expect(there()).toBe(before);
    gitIn(work, "config", "receive.denyCurrentBranch", "updateInstead");
    await expect(push(before)).rejects.toThrow(/is checked out/);
    expect(there()).toBe(before);
    expect(gitIn(work, "status", "--porcelain")).toBe("");
  });

  test("runs no program that the repository names", async () => {
    const touched = join(place.folder, `touched${count}`);
    const names = [
      "pre-receive",
      "update",
      "post-receive",
      "post-update",
      "reference-transaction",
      "push-to-checkout",
    ];
    const evil = join(place.folder, `evil${count}`);
    for (const name of [...names, "proc-receive"]) {
      hook(join(work, ".git"), name, `touch ${touched}`);
      hook(evil, name, `touch ${touched}`);
    }
    gitIn(work, "config", "core.hooksPath", join(evil, "hooks"));
    gitIn(work, "config", "core.fsmonitor", `touch ${touched}`);
    gitIn(work, "config", "core.alternateRefsCommand", `touch ${touched};`);
    gitIn(work, "config", "core.sshCommand", `touch ${touched}`);
    gitIn(work, "config", "uploadpack.packObjectsHook", `touch ${touched};`);
    gitIn(work, "config", "core.gitProxy", `touch ${touched}`);
    writeFileSync(join(work, ".git/objects/info/alternates"), `${join(work, "../served/r1.git/objects")}\n`);
    await openCache({ orgId: place.orgId, remote, options: place.options });
    expect(await push()).toEqual({ pushed: true });
    expect(existsSync(touched)).toBe(false);
    expect(there()).toBe(commit);
  });
});
