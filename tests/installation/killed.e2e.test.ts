import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { handleCommand } from "../../commands/handle-command.ts";
import { makePool } from "../../sql/database.ts";
import { makeEventStore } from "../../sql/event-store.ts";
import { findRunning } from "../../sql/installation/lock-file.ts";
import { signalProcess } from "../../sql/installation/process-identity.ts";
import { localOwner } from "../../sql/local-owner.ts";
import { READY, startInstallation, startProgram, supervisorOf } from "../support/installation.ts";
import { commandOf, treeOf, until, untilGone } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A pool on the running installation's database, as the worker. */
function openPool(data: string) {
  const url = findRunning(data)?.database?.workerUrl;
  if (url === undefined) throw new Error("no installation runs");
  const pool = makePool(url, { max: 2, name: "test" });
  onTestFinished(() => pool.end());
  return pool;
}

/** Commits tasks and answers their positions: what must be there after any kind of end. */
async function commitTasks(data: string, count: number): Promise<number[]> {
  const pool = openPool(data);
  const store = makeEventStore(pool);
  const { orgId, personId } = await localOwner(pool);
  const projectId = randomUUID();
  const positions = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const command = {
        type: "CreateTask",
        data: { taskId: randomUUID(), projectId, text: `task ${index}` },
      } as const;
      const actor = { kind: "person", id: personId } as const;
      return (await handleCommand(store, { orgId, command, actor, commandId: randomUUID() })).position;
    }),
  );
  await store.close();
  return positions.sort((a, b) => a - b);
}

async function storedTasks(data: string): Promise<number[]> {
  const pool = openPool(data);
  const { orgId } = await localOwner(pool);
  const { events } = await makeEventStore(pool).readLog(orgId, { after: 0, limit: 1_000 });
  return events.filter(({ type }) => type === "TaskCreated").map(({ position }) => position);
}

describe("a killed installation", () => {
  test("kill -9 of the supervisor leaves no process, and the next start has every committed event", async () => {
    const data = join(temporaryFolder(), "data");
    const first = await startInstallation({ PIHORDEV_DATA: data });
    const committed = await commitTasks(data, 40);
    const tree = treeOf(first.pid);
    signalProcess(supervisorOf(first), "SIGKILL");
    expect((await first.finished).exitCode).not.toBe(0);
    await untilGone(tree, 20_000);
    await startInstallation({ PIHORDEV_DATA: data });
    expect(await storedTasks(data)).toEqual(committed);
  });

  test("kill -9 of the bootstrap ends the rest in order", async () => {
    const data = join(temporaryFolder(), "data");
    const started = await startInstallation({ PIHORDEV_DATA: data });
    const tree = treeOf(started.pid);
    started.kill("SIGKILL");
    await untilGone(tree, 20_000);
    expect(findRunning(data)).toBeNull();
  });

  test("kill -9 of a command that works by itself leaves no process either", async () => {
    const data = join(temporaryFolder(), "data");
    const settings = { PIHORDEV_DATA: data, REHEARSAL_PACE_MS: "1000" };
    const started = startProgram(
      ["pihordev.ts", "run", "--repo", "sample:parcel-tracker", "Look."],
      settings,
    );
    await started.waitFor(/Sandbox ready/);
    const tree = treeOf(started.pid);
    expect(tree.map(({ pid }) => commandOf(pid)).join("\n")).toContain("postgres-guard");
    signalProcess(supervisorOf(started), "SIGKILL");
    await untilGone(tree, 20_000);
    expect((await started.finished).exitCode).not.toBe(0);
  });

  test("the end of npx, which passes no signal on, ends everything in order", async () => {
    const data = join(temporaryFolder(), "data");
    const npx = startProgram(
      ["start.ts"],
      { PIHORDEV_DATA: data },
      { through: ["/bin/sh", "-c", '"$@"; true', "npx"] },
    );
    await npx.waitFor(READY);
    const tree = treeOf(npx.pid);
    npx.kill("SIGTERM");
    await untilGone(tree, 20_000);
    expect(findRunning(data)).toBeNull();
    expect(existsSync(join(data, "postgres/data/postmaster.pid"))).toBe(false);
  });

  test("the end of npx between two long steps of the bootstrap stops it before the next", async () => {
    const report = join(temporaryFolder(), "report");
    const npx = startProgram(
      ["tests/installation/fixtures/long-step.ts", report],
      {},
      { through: ["/bin/sh", "-c", '"$@"; true', "npx"] },
    );
    await npx.waitFor(/first step/);
    npx.kill("SIGTERM");
    await until(
      () => existsSync(report),
      20_000,
      () => "the step has not ended",
    );
    expect(readFileSync(report, "utf8")).toBe("Stopped: whoever started this has ended.");
  });

  test("kill -9 of everything at once, also of the database, loses nothing that was committed", async () => {
    const data = join(temporaryFolder(), "data");
    const first = await startInstallation({ PIHORDEV_DATA: data });
    const committed = await commitTasks(data, 40);
    const tree = treeOf(first.pid);
    for (const each of tree) signalProcess(each, "SIGKILL");
    await untilGone(tree, 20_000);
    const second = await startInstallation({ PIHORDEV_DATA: data });
    expect(await storedTasks(data)).toEqual(committed);
    expect((await fetch(second.url)).status).toBe(200);
  });

  test.each([
    ["gateway", "gateway/main.ts"],
    ["worker", "worker/main.ts"],
    ["sandbox server", "local-server/main.ts"],
    ["database", "bin/postgres"],
  ])("a %s that dies is started again, at the same address", async (_, program) => {
    const data = join(temporaryFolder(), "data");
    const started = await startInstallation({ PIHORDEV_DATA: data });
    const find = () => treeOf(started.pid).find(({ pid }) => commandOf(pid).includes(program));
    await until(
      () => find() !== undefined,
      20_000,
      () => `${program} does not run: ${started.output()}`,
    );
    const before = find();
    if (before === undefined) throw new Error(`${program} does not run`);
    signalProcess(before, "SIGKILL");
    await until(
      () => ![undefined, before.pid].includes(find()?.pid),
      30_000,
      () => `${program} is down: ${started.output()}`,
    );
    const answers = () =>
      fetch(`${started.url}/api/v1/tasks`).then(
        (response) => response.status === 200,
        () => false,
      );
    await until(answers, 30_000, () => `the page does not answer: ${started.output()}`);
    expect(started.output()).toMatch(/ended.*it is started again/);
  });
});
