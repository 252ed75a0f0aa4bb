import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pushBranch } from "../../../worker/git/push.ts";
import {
  agentRuns,
  type Boxes,
  BRANCH,
  finishRun,
  type Started,
  startBoxes,
  startRun,
} from "./support/box-fixture.ts";
import { type GitPlace, gitIn, makePlace, makeRepository, pathRemote } from "./support/fixtures.ts";

let place: GitPlace;
let boxes: Boxes;
let count = 0;

beforeAll(async () => {
  place = makePlace();
  boxes = await startBoxes(place);
});

afterAll(async () => {
  await boxes.close();
  place.remove();
});

async function start(prepare: (folder: string) => void = () => {}): Promise<Started> {
  count += 1;
  const repository = makeRepository(join(place.folder, `r${count}`), { "a.txt": "a\n", "b.txt": "b\n" });
  gitIn(repository, "commit", "-q", "--allow-empty", "-m", "Second");
  prepare(repository);
  return startRun(place, { boxes, remote: pathRemote(repository) });
}

/** What the agent did, and the branch that came of it: subjects from the newest, and its files. */
async function deliver(started: Started, command: string) {
  await agentRuns(started.sandbox, command);
  const { work, commit } = await finishRun(place, started);
  const cache = started.cache.folder;
  const branch = commit ?? "main";
  return {
    work,
    commit,
    subjects: commit ? gitIn(cache, "log", "--format=%s", `main..${commit}`).split("\n").filter(Boolean) : [],
    files: gitIn(cache, "ls-tree", "-r", "--name-only", branch).split("\n"),
    show: (path: string) => gitIn(cache, "show", `${branch}:${path}`),
  };
}

describe("the branch that a run leaves", () => {
  test("is nothing when the agent changed nothing", async () => {
    const { commit, work } = await deliver(await start(), "git status; echo scratch > /tmp/scratch");
    expect(commit).toBeNull();
    expect(work).toMatchObject({ committed: false, notes: [], skipped: [] });
  });

  test("is the agent's own commits when nothing is left over", async () => {
    const { subjects, work } = await deliver(
      await start(),
      "echo c > c.txt; git add -A; git commit -qm 'Add c'",
    );
    expect(subjects).toEqual(["Add c"]);
    expect(work.committed).toBe(false);
  });

  test("gets what is left over as one commit, and the agent's clone goes on from it", async () => {
    const started = await start();
    const { subjects, work, show, commit } = await deliver(
      started,
      "echo c > c.txt; rm b.txt; echo more >> a.txt",
    );
    expect(subjects).toEqual(["Say hello"]);
    expect(work.committed).toBe(true);
    expect(show("a.txt")).toBe("a\nmore");
    expect(await agentRuns(started.sandbox, "git status --porcelain; git rev-parse HEAD")).toBe(commit);
    const later = await deliver(started, "echo again >> a.txt");
    expect(later.subjects).toEqual(["Say hello", "Say hello"]);
  });

  test("has the platform's name on what the platform commits, whatever the clone configures", async () => {
    const started = await start();
    const { commit } = await deliver(started, "git config user.name Mallory; echo c > c.txt");
    const author = gitIn(started.cache.folder, "log", "-1", "--format=%an <%ae>", commit ?? "");
    expect(author).toBe("Pihordev agent <agent@pihordev.invalid>");
  });

  test("has no ignored file and no repository inside it", async () => {
    const command = "echo out/ > .gitignore; mkdir out; echo x > out/x; git init -q inner; echo y > inner/y";
    const { files, work } = await deliver(await start(), command);
    expect(files).toEqual([".gitignore", "a.txt", "b.txt"]);
    expect(work.skipped).toEqual(["inner/ (a repository of its own)", "out/ (ignored)"]);
  });

  test.each([
    [
      "a detached HEAD",
      "git checkout -q --detach; echo c > c.txt; git add -A; git commit -qm 'Add c'",
      ["Add c"],
    ],
    [
      "another branch",
      "git checkout -q -b mine; echo c > c.txt; git add -A; git commit -qm 'Add c'",
      ["Add c"],
    ],
    [
      "the base branch itself",
      "git checkout -q main; echo c > c.txt; git add -A; git commit -qm 'Add c'",
      ["Add c"],
    ],
    [
      "its own branch, which was left at the end",
      "echo c > c.txt; git add -A; git commit -qm 'Add c'; git checkout -q main",
      ["Add c"],
    ],
  ])("is found when the agent worked on %s", async (_, command, expected) => {
    const { subjects, files } = await deliver(await start(), command);
    expect(subjects).toEqual(expected);
    expect(files).toContain("c.txt");
  });

  test.each([
    [
      "started a new history",
      "git checkout -q --orphan fresh; echo c > c.txt; git add -A; git commit -qm Fresh",
    ],
    ["prepared a new history", "git checkout -q --orphan fresh; echo c > c.txt; git add -A"],
    ["went back behind the start", "git reset -q --hard HEAD~1; echo c > c.txt"],
    ["rewrote the start", "git commit -q --amend -m Mine; echo c > c.txt"],
    [
      "hid the history behind replacements",
      "git replace --graft HEAD; echo c > c.txt; git commit -qam x || true",
    ],
  ])("goes on from the base when the agent %s", async (_, command) => {
    const started = await start();
    const { commit, files } = await deliver(started, command);
    expect(files).toContain("c.txt");
    const parent = gitIn(started.cache.folder, "merge-base", "main", commit ?? "");
    expect(parent).toBe(started.base.commit);
  });

  test("is made in the middle of a merge with conflicts and of a rebase", async () => {
    const conflict = `git checkout -q -b other; echo theirs > a.txt; git commit -qam Theirs; git checkout -q -; echo ours > a.txt
      git commit -qam Ours`;
    const merging = await deliver(await start(), `${conflict}; git merge other || true`);
    expect(merging.subjects).toEqual(["Say hello", "Ours"]);
    expect(merging.show("a.txt")).toContain("<<<<<<<");
    const rebasing = await deliver(
      await start(),
      `${conflict}; git rebase other || true; test -d .git/rebase-merge`,
    );
    expect(rebasing.subjects).toEqual(["Ours"]);
  });
});

describe("the first branch of an empty repository", () => {
  async function startEmpty(): Promise<Started & { folder: string }> {
    count += 1;
    const folder = join(place.folder, `empty${count}`);
    mkdirSync(folder);
    gitIn(folder, "init", "-q", "-b", "main");
    return { ...(await startRun(place, { boxes, remote: pathRemote(folder) })), folder };
  }

  test("is a root, and is pushed", async () => {
    const started = await startEmpty();
    await agentRuns(started.sandbox, "echo hello > hello.txt");
    const { commit } = await finishRun(place, started);
    const push = { branch: BRANCH, commit: commit ?? "", expected: null, options: place.options };
    expect(await pushBranch(started.cache, pathRemote(started.folder), push)).toEqual({ pushed: true });
    expect(gitIn(started.folder, "log", "--format=%an: %s", BRANCH)).toBe("Pihordev agent: Say hello");
    expect(gitIn(started.folder, "show", `${BRANCH}:hello.txt`)).toBe("hello");
  });

  test("is nothing when nothing was written", async () => {
    const { commit } = await finishRun(place, await startEmpty());
    expect(commit).toBeNull();
  });
});

test.each(["master", "release/1.x", "ünï"])("a base branch may be called %s", async (name) => {
  const started = await start((folder) => gitIn(folder, "branch", "-m", name));
  expect(started.base.branch).toBe(name);
  await agentRuns(started.sandbox, "echo c > c.txt");
  const { commit } = await finishRun(place, started);
  expect(gitIn(started.cache.folder, "diff", "--name-only", name, commit ?? "")).toBe("c.txt");
});

test("submodules are left alone and said", async () => {
  const inner = makeRepository(join(place.folder, "inner"));
  const started = await start((folder) => {
    gitIn(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "vendor/inner");
    gitIn(folder, "commit", "-q", "-m", "Add a submodule");
  });
  expect(started.base.notes).toEqual(["Submodules are left alone, their folders are empty: `vendor/inner`."]);
  expect(await agentRuns(started.sandbox, "ls -A vendor/inner; git status --porcelain")).toBe("");
  const { commit, work } = await deliver(started, "echo c > c.txt");
  expect(gitIn(started.cache.folder, "ls-tree", commit ?? "", "vendor/inner")).toMatch(/^160000 commit/);
  expect(gitIn(started.cache.folder, "diff", "--name-only", "main", commit ?? "")).toBe("c.txt");
  expect(work.skipped).toEqual([]);
});
