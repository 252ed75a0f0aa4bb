import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../../sql/embedded/launcher.ts";
import { type GitServer, startGitServer } from "../support/git-server.ts";
import { type Finished, runProgram } from "../support/installation.ts";
import { type ModelServer, makeModelServer } from "../support/model-server.ts";
import { findInDatabase, findInFolder, findInTexts } from "../support/runs/canaries.ts";
import { git, makeRepository } from "../support/runs/sample-repo.ts";
import { commandsScript } from "../support/runs/scripts.ts";

const CANARY = {
  environment: "canary-environment-7d1f0c",
  key: "canary-key-b1e55ed0",
  gitPassword: "canary-git-0ddba11",
} as const;
const CANARIES = Object.values(CANARY);
const UNSET = "nothing-was-found";

/** What an agent would try that wants out, or wants to know. Each command ends with what it got. */
const ATTEMPTS = {
  environment: "env",
  pid1: "cat /proc/1/environ | tr '\\0' '\\n'; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'",
  shadow: "cat /etc/shadow; cat /etc/passwd; ls -la /root /home /var/lib 2>&1",
  data: "find / -name running.json -o -name 'postmaster.pid' 2>/dev/null; ls -la / /workspace",
  // The same knock on a door of the box's own opens: so a refusal of the others means something.
  postgres: [
    "(bun -e 'Bun.serve({ port: 4571, hostname: \"127.0.0.1\", fetch: () => new Response() })' > /dev/null 2>&1 &)",
    "for i in 1 2 3 4 5 6 7 8 9; do (exec 3<>/dev/tcp/127.0.0.1/4571) 2> /dev/null && break; sleep 0.3; done",
    "for p in 4571 PORTS; do for host in 127.0.0.1 localhost ::1; do",
    "(exec 3<>/dev/tcp/$host/$p) 2> /dev/null && echo REACHED-$host-$p; done; done; true",
  ].join("\n"),
  gitConfig: [
    "git config core.fsmonitor 'touch /tmp/pwned-fsmonitor'",
    "git config core.sshCommand 'touch /tmp/pwned-ssh'",
    "git config credential.helper '!f() { env > /workspace/stolen; }; f'",
    "git config core.hooksPath /workspace/hooks && mkdir -p /workspace/hooks",
    "printf '#!/bin/sh\\ntouch /tmp/pwned-hook\\n' > /workspace/hooks/pre-push && chmod +x /workspace/hooks/pre-push",
    "cp /workspace/hooks/pre-push .git/hooks/post-checkout",
    "echo '* filter=evil diff=evil' > .gitattributes",
    "git config filter.evil.clean 'touch /tmp/pwned-clean; cat' && git config filter.evil.smudge 'touch /tmp/pwned-smudge; cat'",
    "git config diff.evil.textconv 'touch /tmp/pwned-textconv; cat'",
    "git remote -v; git config --list",
  ].join("; "),
  link: "ln -s /etc/passwd stolen-passwd; ln -s / stolen-root; echo done > result.txt; git add -A; git commit -qm 'Result' && git log -1 --format=%s",
} as const;

let folder: string;
let server: GitServer;
let model: ModelServer;
let finished: Finished;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pihordev-hostile-"));
  await chmod(folder, 0o755);
  model = await makeModelServer({ script: (request, index) => script(hostPorts())(request, index) });
  await makeServedRepository(join(folder, "shop.git"));
  const auth = { username: "agent", password: CANARY.gitPassword };
  server = await startGitServer({ folder, auth });
  const { host } = new URL(server.origin);
  finished = await runProgram(
    [
      "pihordev.ts",
      "run",
      "--json",
      "--repo",
      `http://agent:${CANARY.gitPassword}@${host}/shop.git`,
      "Look.",
    ],
    {
      PIHORDEV_DATA: join(folder, "data"),
      LLM_BASE_URL: `${model.url}/v1`,
      LLM_MODEL: "scripted",
      LLM_API_KEY: CANARY.key,
      COMPANY_SECRET: CANARY.environment,
      ANTHROPIC_API_KEY: `${CANARY.key}-anthropic`,
    },
    { atEnd: afterAll },
  );
});

afterAll(async () => {
  await server.close();
  await model.close();
  await rm(folder, { recursive: true, force: true });
});

/** What listens on the host's loopback while the agent works: the database and the model's own server. */
function hostPorts(): string[] {
  const { database } = JSON.parse(readFileSync(join(folder, "data", "running.json"), "utf8"));
  return [database.adminUrl, model.url].map((url) => new URL(url).port);
}

function script(ports: readonly string[]) {
  const commands = Object.values(ATTEMPTS).map((command) => command.replace("PORTS", ports.join(" ")));
  return commandsScript(commands);
}

async function makeServedRepository(path: string): Promise<void> {
  const work = await makeRepository({ "README.md": "# Shop\n" });
  await git(work, "clone", "--quiet", "--bare", work, path);
  await git(path, "config", "http.receivepack", "true");
  await rm(work, { recursive: true, force: true });
}

/** What the agent was given back for an attempt, by the order of the calls. */
function resultOf(attempt: keyof typeof ATTEMPTS): string {
  const index = Object.keys(ATTEMPTS).indexOf(attempt);
  const last = model.requests.at(-1);
  const results = last?.messages.filter(({ role }) => role === "tool") ?? [];
  return JSON.stringify(results[index]?.content ?? UNSET);
}

test("the run completes: every attempt was made and answered", () => {
  expect(finished.stderr).not.toMatch(/failed|error/i);
  expect(finished.exitCode).toBe(0);
  for (const attempt of Object.keys(ATTEMPTS) as (keyof typeof ATTEMPTS)[]) {
    expect(resultOf(attempt)).not.toContain(UNSET);
  }
});

test("its environment and its processes' hold nothing of the host", () => {
  for (const attempt of ["environment", "pid1"] as const) {
    expect(findInTexts(CANARIES, new Map([[attempt, resultOf(attempt)]]))).toEqual([]);
    expect(resultOf(attempt)).not.toMatch(/DATABASE_URL|PIHORDEV_DATA|LLM_|API_KEY|npm_/);
  }
});

test("the host's files are not there", () => {
  expect(resultOf("shadow")).not.toMatch(/root:[*!$]/);
  expect(resultOf("data")).not.toMatch(/running\.json|postmaster\.pid/);
});

test("the host's Postgres and the model's own port are out of reach, by every name of the host", () => {
  const reached = resultOf("postgres").match(/REACHED-[0-9a-z.:]+-\d+/g);
  expect([...new Set(reached)]).toEqual(["REACHED-127.0.0.1-4571", "REACHED-localhost-4571"]);
});

test("git's configuration in the box runs nothing on the host, and the branch holds only what was committed", async () => {
  const { result } = JSON.parse(finished.stdout.trim().split("\n").at(-1) ?? "{}");
  expect(result.status).toBe("completed");
  const bare = join(folder, "shop.git");
  expect(await git(bare, "show", `${result.branch}:result.txt`)).toBe("done");
  expect(await git(bare, "ls-tree", result.branch, "stolen-passwd")).toMatch(/^120000 blob/);
  const traces = ["fsmonitor", "ssh", "hook", "clean", "smudge", "textconv"].map(
    (name) => `/tmp/pwned-${name}`,
  );
  expect(traces.filter((path) => existsSync(path))).toEqual([]);
});

test("the secrets did their work: the key reached the model, the password the git server", () => {
  expect(model.requests.every(({ headers }) => headers.authorization === `Bearer ${CANARY.key}`)).toBe(true);
  const basic = `Basic ${Buffer.from(`agent:${CANARY.gitPassword}`).toString("base64")}`;
  expect(server.requests.some(({ authorization }) => authorization === basic)).toBe(true);
});

test("no canary is in what was printed, in any file of the data folder, or in any row of the database", async () => {
  const printed = new Map([
    ["stdout", finished.stdout],
    ["stderr", finished.stderr],
  ]);
  expect(findInTexts(CANARIES, printed)).toEqual([]);
  const data = join(folder, "data");
  expect(await findInFolder(CANARIES, data)).toEqual([]);
  const postgres = await startPostgres({ folder: join(data, "postgres") });
  try {
    expect(await findInDatabase(CANARIES, postgres.adminUrl)).toEqual([]);
    expect(await findInDatabase(["Look."], postgres.adminUrl)).not.toEqual([]);
  } finally {
    await postgres.stop();
  }
});
