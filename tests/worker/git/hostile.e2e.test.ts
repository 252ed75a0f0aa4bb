import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RepositoryError } from "../../../core/errors.ts";
import { checkpointWorkspace } from "../../../worker/git/checkpoint.ts";
import { commitWork } from "../../../worker/git/finish.ts";
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
import {
  type GitPlace,
  gitIn,
  leftovers,
  makePlace,
  makeRepository,
  pathRemote,
} from "./support/fixtures.ts";

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

function newRepository(files: Record<string, string> = { "a.txt": "a\n" }): string {
  count += 1;
  return makeRepository(join(place.folder, `r${count}`), files);
}

const start = (repository = newRepository()): Promise<Started> =>
  startRun(place, { boxes, remote: pathRemote(repository) });

const PROGRAMS = [
  "core.fsmonitor",
  "core.sshCommand",
  "core.pager",
  "core.editor",
  "diff.external",
  "gpg.program",
];
const DRIVERS = [
  "filter.x.clean",
  "filter.x.smudge",
  "filter.x.process",
  "diff.x.textconv",
  "diff.x.command",
  "merge.x.driver",
];
const HOOKS = [
  "pre-commit",
  "post-commit",
  "post-checkout",
  "post-index-change",
  "reference-transaction",
  "post-rewrite",
];

/** git configuration, attributes and hooks that run a program whenever git looks at the work tree. */
function trap(program: string): string {
  const settings = [...PROGRAMS, ...DRIVERS].map((key) => `git config ${key} "${program}"`);
  const hooks = HOOKS.map(
    (name) => `printf '#!/bin/sh\\n${program}\\n' > .git/hooks/${name}; chmod +x .git/hooks/${name}`,
  );
  const attributes = "echo '* filter=x diff=x merge=x' > .gitattributes";
  return ["mkdir -p .git/hooks", ...settings, ...hooks, "git config commit.gpgSign true", attributes].join(
    "\n",
  );
}

describe("a repository that is a trap", () => {
  test("runs nothing on the host and stops no delivery: attributes, hooks and programs set by the agent", async () => {
    const touched = join(place.folder, "touched-by-agent");
    const repository = newRepository();
    const started = await start(repository);
    await agentRuns(started.sandbox, `echo work > work.txt\n${trap(`touch ${touched}; exit 1`)}`);
    const checkpoint = await checkpointWorkspace(started.sandbox, started.clone);
    expect(checkpoint.files.map(({ path }) => path)).toEqual([".gitattributes", "work.txt"]);
    const { commit } = await finishRun(place, started);
    const push = { branch: BRANCH, commit: commit ?? "", expected: null, options: place.options };
    await pushBranch(started.cache, pathRemote(repository), push);
    expect(gitIn(repository, "show", `${BRANCH}:work.txt`)).toBe("work");
    expect(existsSync(touched)).toBe(false);
  });

  test("runs nothing on the host when it comes so: attributes and a required filter in its history", async () => {
    const touched = join(place.folder, "touched-by-repository");
    const repository = newRepository({ "a.txt": "a\n", ".gitattributes": "* filter=x diff=x\n" });
    gitIn(repository, "config", "filter.x.smudge", `touch ${touched}`);
    gitIn(repository, "config", "filter.x.required", "true");
    const started = await start(repository);
    expect(
      await agentRuns(
        started.sandbox,
        "cat a.txt; git status --porcelain; git config --get-regexp filter || true",
      ),
    ).toBe("a");
    expect(existsSync(touched)).toBe(false);
  });

  test("reads nothing of the host through links out of the workspace", async () => {
    const repository = newRepository();
    symlinkSync("/etc/passwd", join(repository, "passwd"));
    symlinkSync("../../../../..", join(repository, "up"));
    gitIn(repository, "add", "-A");
    gitIn(repository, "commit", "-q", "-m", "Links");
    const started = await start(repository);
    await agentRuns(
      started.sandbox,
      "ln -s /etc/shadow shadow; ln -s / root; mkdir d; ln -s ../../.. d/up; echo x > x",
    );
    const checkpoint = await checkpointWorkspace(started.sandbox, started.clone);
    expect(checkpoint.files.map(({ path }) => path)).toEqual(["d/up", "root", "shadow", "x"]);
    const { commit } = await finishRun(place, started);
    expect(gitIn(started.cache.folder, "show", `${commit}:shadow`)).toBe("/etc/shadow");
    expect(gitIn(started.cache.folder, "ls-tree", commit ?? "", "shadow")).toMatch(/^120000 blob/);
  });
});

describe("a clone that was broken in the run", () => {
  test.each([
    ["deleted", "rm -rf .git"],
    ["emptied", "rm -rf .git; mkdir .git"],
    ["replaced by a link", "rm -rf .git; ln -s /etc .git"],
    ["replaced by a file", "rm -rf .git; echo 'gitdir: /nowhere' > .git"],
    ["without HEAD", "echo nonsense > .git/HEAD"],
    ["without its objects", "rm -rf .git/objects"],
    ["with a configuration of noise", "echo '[[[' > .git/config"],
  ])("is repaired: .git %s", async (_, command) => {
    const started = await start();
    await agentRuns(started.sandbox, `echo work > work.txt; ${command}`);
    const checkpoint = await checkpointWorkspace(started.sandbox, started.clone);
    expect(checkpoint.files.map(({ path }) => path)).toEqual(["work.txt"]);
    expect(checkpoint.notes.join()).toMatch(/The \.git folder was deleted or broken in the run/);
    const { commit } = await finishRun(place, started);
    expect(gitIn(started.cache.folder, "diff", "--name-only", "main", commit ?? "")).toBe("work.txt");
    expect(await agentRuns(started.sandbox, "git status --porcelain; git branch --show-current")).toBe(
      BRANCH,
    );
  });

  test.each([
    ["an index of noise", "echo noise > .git/index"],
    ["a left-over lock", "touch .git/index.lock"],
    ["another work tree", "git config core.worktree /usr"],
    ["a bare clone", "git config core.bare true"],
    ["everything assumed unchanged", "echo other > a.txt; git update-index --assume-unchanged a.txt"],
  ])("delivers its files all the same: %s", async (_, command) => {
    const started = await start();
    await agentRuns(started.sandbox, `echo work > work.txt; echo other > a.txt; ${command}`);
    const { commit } = await finishRun(place, started);
    expect(gitIn(started.cache.folder, "diff", "--name-only", "main", commit ?? "")).toBe("a.txt\nwork.txt");
  });

  test("is delivered from the clone alone when the platform's folder was deleted", async () => {
    const started = await start();
    await agentRuns(started.sandbox, "echo work > work.txt; rm -rf /workspace/.pihordev");
    const { commit, work } = await finishRun(place, started);
    expect(work.notes.join()).toMatch(/The platform folder in the sandbox was deleted/);
    expect(gitIn(started.cache.folder, "diff", "--name-only", "main", commit ?? "")).toBe("work.txt");
  });

  test.each([
    [
      "both copies",
      "rm -rf /workspace/.pihordev .git",
      /deleted the repository and the copy it was made from/,
    ],
    ["the workspace", "cd / && rm -rf /workspace/repo", /deleted its whole workspace/],
    [
      "the workspace, for a link",
      "cd / && rm -rf /workspace/repo && ln -s /usr /workspace/repo",
      /deleted its whole/,
    ],
  ])("ends in one sentence when the agent deleted %s", async (_, command, sentence) => {
    const { sandbox, clone } = await start();
    await agentRuns(sandbox, command);
    const finishing = commitWork(sandbox, clone, { message: "x" });
    await expect(finishing).rejects.toBeInstanceOf(RepositoryError);
    await expect(finishing).rejects.toThrow(sentence);
    await expect(checkpointWorkspace(sandbox, clone)).rejects.toThrow(sentence);
  });

  test("is looked at with the system's programs, not with those the agent put in their place", async () => {
    const started = await start();
    const names = ["git", "bash", "find", "sed", "cat"];
    const fake = names.map(
      (name) => `printf '#!/bin/sh\\nexit 9\\n' > ~/.local/bin/${name}; chmod +x ~/.local/bin/${name}`,
    );
    await agentRuns(started.sandbox, `echo work > work.txt; mkdir -p ~/.local/bin; ${fake.join("; ")}`);
    const { commit } = await finishRun(place, started);
    expect(gitIn(started.cache.folder, "diff", "--name-only", "main", commit ?? "")).toBe("work.txt");
  });

  test("never hangs: pipes are not read, programs that do not end are ended", async () => {
    const { sandbox, clone } = await start();
    await agentRuns(sandbox, "mkfifo pipe; echo work > work.txt; git config core.fsmonitor 'sleep 300'");
    const checkpoint = await checkpointWorkspace(sandbox, { ...clone, timeoutMs: 20_000 });
    expect(checkpoint.files.map(({ path }) => path)).toEqual(["work.txt"]);
    const late = commitWork(sandbox, { ...clone, timeoutMs: 1 }, { message: "x" });
    await expect(late).rejects.toThrow(/git in the sandbox took too long/);
  });
});

test("nothing is left over on the host after all of it", () => {
  expect(leftovers(place.options)).toEqual([]);
});
