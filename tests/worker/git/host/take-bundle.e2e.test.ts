import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RepositoryError, TooLarge } from "../../../../core/errors.ts";
import { openCache } from "../../../../worker/git/cache.ts";
import { takeBundle, takenRef } from "../../../../worker/git/finish.ts";
import type { BareCache } from "../../../../worker/git/repository.ts";
import {
  type GitPlace,
  gitIn,
  leftovers,
  makePlace,
  makeRepository,
  pathRemote,
} from "../support/fixtures.ts";

const BRANCH = "pihordev/evil-1a2b3c";

let place: GitPlace;
let cache: BareCache;
let base: string;
/** A repository in which an agent builds what it likes. */
let box: string;
let count = 0;

beforeAll(() => {
  place = makePlace();
});

afterAll(() => place.remove());

beforeEach(async () => {
  count += 1;
  const remote = pathRemote(makeRepository(join(place.folder, `r${count}`), { "a.txt": "a\n" }));
  cache = await openCache({ orgId: place.orgId, remote, options: place.options });
  base = gitIn(cache.folder, "rev-parse", "main");
  box = join(place.folder, `box${count}`);
  gitIn(place.folder, "clone", "-q", cache.folder, box);
});

/** Writes an object that git's own commands would refuse to make. */
function writeObject(type: string, content: Buffer | string): string {
  const args = ["-C", box, "hash-object", "-t", type, "-w", "--literally", "--stdin"];
  return execFileSync("git", args, { input: content, stdio: "pipe" }).toString().trim();
}

function tree(...entries: [mode: string, name: string, object: string][]): string {
  const parts = entries.map(([mode, name, object]) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(object, "hex")]),
  );
  return writeObject("tree", Buffer.concat(parts));
}

function commitOf(treeId: string, parent: string | null = base): string {
  const lines = [`tree ${treeId}`, ...(parent ? [`parent ${parent}`] : [])];
  const who = "Eve <eve@example.com> 1700000000 +0000";
  return writeObject("commit", `${[...lines, `author ${who}`, `committer ${who}`].join("\n")}\n\nEvil\n`);
}

function bundleOf(commit: string, ...without: string[]): Uint8Array {
  gitIn(box, "update-ref", `refs/heads/${BRANCH}`, commit);
  const path = join(place.folder, `bundle${count}`);
  gitIn(box, "bundle", "create", "-q", path, `refs/heads/${BRANCH}`, ...without.map((each) => `^${each}`));
  return readFileSync(path);
}

const take = (bundle: Uint8Array, commit: string, baseCommit: string | null = base) =>
  takeBundle(cache, { bundle, branch: BRANCH, commit, base: { commit: baseCommit }, options: place.options });

async function refuse(bundle: Uint8Array, commit: string, sentence: RegExp): Promise<void> {
  const taking = take(bundle, commit);
  await expect(taking).rejects.toBeInstanceOf(RepositoryError);
  await expect(taking).rejects.toThrow(sentence);
  expect(gitIn(cache.folder, "for-each-ref", takenRef(BRANCH))).toBe("");
  expect(leftovers(place.options)).toEqual([]);
}

describe("a bundle from a box", () => {
  test("that is right is taken, and can be taken again", async () => {
    const commit = commitOf(tree(["100644", "b.txt", writeObject("blob", "b\n")]));
    const bundle = bundleOf(commit, base);
    await take(bundle, commit);
    await take(bundle, commit);
    expect(gitIn(cache.folder, "rev-parse", takenRef(BRANCH))).toBe(commit);
    expect(gitIn(cache.folder, "show", `${commit}:b.txt`)).toBe("b");
    expect(gitIn(cache.folder, "rev-parse", "main")).toBe(base);
  });

  const blob = () => writeObject("blob", "x\n");
  test.each([
    ["a .git folder", () => tree(["40000", ".git", tree(["100644", "config", blob()])])],
    [
      "a .GIT folder, for file systems without case",
      () => tree(["40000", ".GIT", tree(["100644", "config", blob()])]),
    ],
    ["a .git folder by its short name", () => tree(["40000", "git~1", tree(["100644", "config", blob()])])],
    [
      "a .git folder with an ignored character",
      () => tree(["40000", ".g\u200cit", tree(["100644", "config", blob()])]),
    ],
    ["a folder called ..", () => tree(["40000", "..", tree(["100644", "x", blob()])])],
    ["a name with a slash", () => tree(["100644", "../../x", blob()])],
    ["the same name twice", () => tree(["100644", "x", blob()], ["120000", "x", blob()])],
    ["a .gitmodules that is a link", () => tree(["120000", ".gitmodules", blob()])],
    [
      "a submodule whose address is an option",
      () =>
        tree([
          "100644",
          ".gitmodules",
          writeObject("blob", '[submodule "x"]\n\tpath = x\n\turl = -u./evil\n'),
        ]),
    ],
    [
      "a submodule whose name leaves its folder",
      () =>
        tree([
          "100644",
          ".gitmodules",
          writeObject("blob", '[submodule "../../x"]\n\tpath = x\n\turl = u\n'),
        ]),
    ],
  ])("with %s is refused by git's check", async (_, makeTree) => {
    const commit = commitOf(makeTree());
    await refuse(bundleOf(commit, base), commit, /fail git's own check .*Nothing was taken/);
  });

  test("whose objects are damaged, cut off or missing is refused", async () => {
    const commit = commitOf(tree(["100644", "b.txt", writeObject("blob", "b\n".repeat(5_000))]));
    const bundle = bundleOf(commit, base);
    const flipped = Buffer.from(bundle);
    flipped[bundle.length - 40] = (flipped[bundle.length - 40] ?? 0) ^ 0xff;
    await refuse(flipped, commit, /fail git's own check/);
    await refuse(bundle.subarray(0, bundle.length - 30), commit, /fail git's own check/);
    const hidden = commitOf(tree(["100644", "a", blob()]));
    const later = commitOf(
      tree(["100644", "a", blob()], ["100644", "b", writeObject("blob", "later\n")]),
      hidden,
    );
    await refuse(bundleOf(later, hidden), later, /fail git's own check|objects that are not there/);
  });

  test("that is none, is empty, or holds another branch is refused", async () => {
    const commit = commitOf(tree(["100644", "b.txt", blob()]));
    const bundle = bundleOf(commit, base);
    await refuse(Buffer.from("hello"), commit, /is no git bundle/);
    await refuse(new Uint8Array(), commit, /is no git bundle/);
    await refuse(Buffer.alloc(200_000, "# v2 git bundle\n"), commit, /is no git bundle/);
    await refuse(bundle, base, /does not hold the run's branch/);
    const renamed = Buffer.from(
      Buffer.from(bundle).toString("latin1").replace(BRANCH, "pihordev/evil-1a2b3d"),
      "latin1",
    );
    await refuse(renamed, commit, /does not hold the run's branch/);
  });

  test("whose history does not go on from the base is refused", async () => {
    const commit = commitOf(tree(["100644", "b.txt", blob()]), null);
    await refuse(bundleOf(commit), commit, /does not go on from the base branch/);
  });

  test("that is too large is refused", async () => {
    const commit = commitOf(tree(["100644", "b.txt", blob()]));
    const bundle = bundleOf(commit, base);
    const options = { ...place.options, maxBundleBytes: 20 };
    const taking = takeBundle(cache, { bundle, branch: BRANCH, commit, base: { commit: base }, options });
    await expect(taking).rejects.toBeInstanceOf(TooLarge);
  });
});
