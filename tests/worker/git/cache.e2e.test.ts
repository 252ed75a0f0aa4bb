import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCache } from "../../../worker/git/cache.ts";
import type { RemoteRepository } from "../../../worker/git/repository.ts";
import { type GitServer, startGitServer } from "../../support/git-server.ts";
import {
  type GitPlace,
  gitIn,
  leftovers,
  makeBare,
  makePlace,
  makeRepository,
  pathRemote,
  writeFiles,
} from "./support/fixtures.ts";

let place: GitPlace;
let server: GitServer;
/** POST requests so far; the one with the number `stalled` waits for the gate. */
let arrivals = 0;
let stalled = 0;
let gate: Promise<void> = Promise.resolve();

beforeAll(async () => {
  place = makePlace();
  const folder = join(place.folder, "served");
  mkdirSync(folder);
  server = await startGitServer({
    folder,
    before: async ({ method }) => {
      if (method !== "POST") return;
      arrivals += 1;
      if (arrivals === stalled) await gate;
    },
  });
});

afterAll(async () => {
  await server.close();
  place.remove();
});

function servedRepository(name: string, files?: Record<string, string>): RemoteRepository {
  makeBare(join(place.folder, "served", `${name}.git`), files);
  return { url: `${server.origin}/${name}.git`, kind: "http", credentials: null };
}

function openInProcess(remote: RemoteRepository): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "support/open-cache-process.ts")]);
  child.stdin.end(JSON.stringify({ orgId: place.orgId, remote, options: place.options }));
  return child;
}

describe("a cache", () => {
  test("has the remote's branches as they are now, and nothing it pruned", async () => {
    const repository = makeRepository(join(place.folder, "moving"));
    gitIn(repository, "branch", "old");
    const request = { orgId: place.orgId, remote: pathRemote(repository), options: place.options };
    const first = await openCache(request);
    expect(gitIn(first.folder, "branch", "--format=%(refname:short)").split("\n")).toEqual(["main", "old"]);
    gitIn(repository, "branch", "-D", "old");
    gitIn(repository, "branch", "old/nested");
    gitIn(repository, "commit", "-q", "--amend", "--allow-empty", "-m", "Rewritten");
    gitIn(repository, "tag", "v1");
    expect(await openCache(request)).toEqual(first);
    expect(gitIn(first.folder, "branch", "--format=%(refname:short)").split("\n")).toEqual([
      "main",
      "old/nested",
    ]);
    expect(gitIn(first.folder, "rev-parse", "main")).toBe(gitIn(repository, "rev-parse", "main"));
    expect(gitIn(first.folder, "tag")).toBe("");
  });

  test("is one for each organization", async () => {
    const remote = pathRemote(makeRepository(join(place.folder, "shared")));
    const one = await openCache({ orgId: place.orgId, remote, options: place.options });
    const other = await openCache({ orgId: crypto.randomUUID(), remote, options: place.options });
    expect(one.folder).not.toBe(other.folder);
  });

  test("serves many users at once, in one process and in several", async () => {
    const remote = servedRepository("busy", { "a.txt": "a\n", "b.txt": "b\n" });
    const children = [1, 2, 3].map(() => openInProcess(remote));
    const exits = children.map((child) => once(child, "exit"));
    const own = await Promise.all(
      Array.from({ length: 6 }, () => openCache({ orgId: place.orgId, remote, options: place.options })),
    );
    expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0, 0]);
    expect(new Set(own.map(({ folder }) => folder)).size).toBe(1);
    expect(gitIn(own[0]?.folder ?? "", "show", "main:a.txt")).toBe("a");
    expect(leftovers(place.options)).toEqual([]);
  });

  test("survives a kill -9 of the worker and its git in the middle of a fetch", async () => {
    const remote = servedRepository("killed");
    const release = stallFetch();
    const child = openInProcess(remote);
    await until(() => arrivals >= stalled);
    const gits = gitChildrenOf(child.pid ?? 0);
    expect(gits.length).toBe(1);
    child.kill("SIGKILL");
    for (const pid of gits) process.kill(-pid, "SIGKILL");
    await once(child, "exit");
    release();
    expect(leftovers(place.options)).not.toEqual([]);
    const { folder } = await openCache({ orgId: place.orgId, remote, options: place.options });
    expect(gitIn(folder, "show", "main:README.md")).toBe("# Parcel");
    expect(leftovers(place.options)).toEqual([]);
  });

  test("waits for the git of a killed worker before it writes", async () => {
    const remote = servedRepository("orphaned");
    const release = stallFetch();
    const child = openInProcess(remote);
    await until(() => arrivals >= stalled);
    child.kill("SIGKILL");
    await once(child, "exit");
    const opening = openCache({ orgId: place.orgId, remote, options: place.options });
    await until(() => arrivals > stalled);
    expect(await Promise.race([opening, after(400)])).toBe("nothing yet");
    release();
    const { folder } = await opening;
    expect(gitIn(folder, "show", "main:README.md")).toBe("# Parcel");
    expect(leftovers(place.options)).toEqual([]);
  });

  test("clears what a crash left behind", async () => {
    const repository = makeRepository(join(place.folder, "crashed"));
    const request = { orgId: place.orgId, remote: pathRemote(repository), options: place.options };
    const { folder } = await openCache(request);
    writeFiles(folder, {
      "packed-refs.lock": "",
      "refs/heads/main.lock": "",
      "objects/pack/tmp_pack_x": "half",
    });
    writeFileSync(`${folder}.lock`, "999999999 1\n");
    gitIn(repository, "commit", "-q", "--allow-empty", "-m", "More");
    await openCache(request);
    expect(gitIn(folder, "rev-parse", "main")).toBe(gitIn(repository, "rev-parse", "main"));
    expect(leftovers(place.options)).toEqual([]);
  });

  test.each([
    ["an emptied pack", (folder: string) => truncatePacks(folder)],
    ["no HEAD", (folder: string) => writeFileSync(join(folder, "HEAD"), "")],
    ["a configuration of noise", (folder: string) => writeFileSync(join(folder, "config"), "\u0000[[[")],
  ])("is made again when it was damaged: %s", async (name, damage) => {
    const repository = makeRepository(join(place.folder, `damaged ${name}`));
    const request = { orgId: place.orgId, remote: pathRemote(repository), options: place.options };
    const { folder } = await openCache(request);
    damage(folder);
    gitIn(repository, "commit", "-q", "--allow-empty", "-m", "More");
    await openCache(request);
    expect(gitIn(folder, "rev-parse", "main")).toBe(gitIn(repository, "rev-parse", "main"));
    expect(gitIn(folder, "fsck", "--no-dangling")).toBe("");
  });
});

function truncatePacks(folder: string): void {
  const objects = join(folder, "objects");
  for (const entry of readdirSync(objects, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    chmodSync(path, 0o644);
    truncateSync(path, 0);
  }
}

/** A cache's first POST lists branches; its second is of the fetch, which holds the lock. Answers what lets it go on. */
function stallFetch(): () => void {
  let release = () => {};
  stalled = arrivals + 2;
  gate = new Promise((resolve) => {
    release = resolve;
  });
  return release;
}

const after = (ms: number) => new Promise((resolve) => setTimeout(() => resolve("nothing yet"), ms));

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition(); ) {
    if (Date.now() > end) throw new Error("it did not happen in 20 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function gitChildrenOf(parent: number): number[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, "utf8");
      return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]) === parent;
    } catch {
      return false;
    }
  });
}
