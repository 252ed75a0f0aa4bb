import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRepositoryUrl } from "../../../worker/git/parse-url.ts";
import { probeRepository } from "../../../worker/git/probe.ts";
import { pushBranch } from "../../../worker/git/push.ts";
import type { RemoteRepository } from "../../../worker/git/repository.ts";
import { type GitServer, startGitServer } from "../../support/git-server.ts";
import { agentRuns, type Boxes, BRANCH, finishRun, startBoxes, startRun } from "./support/box-fixture.ts";
import {
  filesWith,
  type GitPlace,
  gitIn,
  leftovers,
  makeBare,
  makePlace,
  makeRepository,
} from "./support/fixtures.ts";
import { type SshServer, startSshServer } from "./support/ssh-server.ts";

const CANARY = "canary-4f1d%9a";
const ENCODED = "canary-4f1d%259a";

let place: GitPlace;
let boxes: Boxes;
let served: string;
let https: GitServer;
let ssh: SshServer;

beforeAll(async () => {
  place = makePlace();
  boxes = await startBoxes(place);
  served = join(place.folder, "served");
  mkdirSync(served);
  https = await startGitServer({ folder: served, tls: true, auth: { username: "ada", password: CANARY } });
  ssh = await startSshServer(join(place.folder, "ssh"));
});

afterAll(async () => {
  await Promise.all([boxes.close(), https.close(), ssh.close()]);
  place.remove();
});

/** The whole way of a branch: probe, cache, bundle, box, commit, bundle, check, push. Answers what the box printed. */
async function fullCycle(remote: RemoteRepository, repository: string): Promise<string> {
  const probe = await probeRepository(remote, place.options);
  expect(probe).toMatchObject({ defaultBranch: "main", branches: ["main"] });
  const started = await startRun(place, { boxes, remote });
  const seen = await agentRuns(
    started.sandbox,
    "git log --oneline; git remote -v; cat .git/config; env; echo hello > hello.txt; git add hello.txt; git commit -qm 'Add hello'; echo more >> README.md",
  );
  const { commit } = await finishRun(place, started);
  if (commit === null) throw new Error("the agent's branch is empty");
  const request = { branch: BRANCH, commit, expected: null, options: place.options };
  expect(await pushBranch(started.cache, remote, request)).toEqual({ pushed: true });
  expect(await pushBranch(started.cache, remote, request)).toEqual({ pushed: false });
  expect(gitIn(repository, "rev-parse", BRANCH)).toBe(commit);
  expect(gitIn(repository, "log", "--format=%s", BRANCH).split("\n")).toEqual([
    "Say hello",
    "Add hello",
    "Start",
  ]);
  expect(gitIn(repository, "show", `${BRANCH}:hello.txt`)).toBe("hello");
  expect(gitIn(repository, "show", `${BRANCH}:README.md`)).toBe("# Parcel\nmore");
  expect(gitIn(repository, "fsck", "--strict", "--no-dangling")).toBe("");
  await started.sandbox.close();
  return seen;
}

describe("a branch goes the whole way", () => {
  test("over a local path, whose work tree and branch stay as they were", async () => {
    const repository = makeRepository(join(place.folder, "local"));
    await fullCycle(parseRepositoryUrl(repository, { allowPaths: true }), repository);
    expect(gitIn(repository, "status", "--porcelain", "--branch")).toBe("## main");
    expect(readFileSync(join(repository, "README.md"), "utf8")).toBe("# Parcel\n");
  });

  test("over https with a password, which is found nowhere but in the request", async () => {
    const repository = makeBare(join(served, "secret.git"));
    const url = https.origin.replace("//", `//ada:${ENCODED}@`);
    const remote = parseRepositoryUrl(`${url}/secret.git`, { allowPaths: true });
    expect(remote.url).toBe(`${https.origin}/secret.git`);
    place.options = { ...place.options, caFile: https.caFile ?? "" };
    const watched = watchCommandLines();
    const seen = await fullCycle(remote, repository);
    const lines = watched.stop();
    const basic = Buffer.from(`ada:${CANARY}`).toString("base64");
    const secrets = [CANARY, ENCODED, basic];
    expect(https.requests.some(({ authorization }) => authorization === `Basic ${basic}`)).toBe(true);
    expect(lines.some((line) => line.includes("remote-https"))).toBe(true);
    expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
    expect(filesWith(place.folder, secrets)).toEqual([]);
  });

  test("over ssh with a key, which is gone afterwards", async () => {
    const repository = makeBare(join(served, "by-ssh.git"));
    const parsed = parseRepositoryUrl(`${ssh.origin}${repository}`, { allowPaths: true });
    const remote = { ...parsed, credentials: { username: "", password: ssh.privateKey } };
    await fullCycle(remote, repository);
    expect(ssh.log()).toContain("Accepted publickey");
    const secret = ssh.privateKey.split("\n")[2] ?? "";
    expect(secret.length).toBeGreaterThan(40);
    expect(filesWith(place.options.dataFolder, [secret])).toEqual([]);
    expect(leftovers(place.options)).toEqual([]);
    expect(readFileSync(join(place.options.dataFolder, "git/known_hosts"), "utf8")).toContain("ssh-ed25519");
  });
});

/** Every command line that runs on this machine in the meantime. */
function watchCommandLines(): { stop(): string[] } {
  const lines = new Set<string>();
  const timer = setInterval(() => {
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        lines.add(readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It ended between the two looks.
      }
    }
  }, 3);
  return {
    stop() {
      clearInterval(timer);
      return [...lines];
    },
  };
}
