import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { startSecondCluster } from "../support/clusters/second-cluster.ts";
import { READY, runProgram, startInstallation, startProgram } from "../support/installation.ts";
import { commandOf, treeOf, until, untilGone } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const WORKING = /The worker is running/;

async function connectionsOf(adminUrl: string, role: string): Promise<number> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const { rows } = await client
    .query("select 1 from pg_stat_activity where usename = $1", [role])
    .finally(() => client.end());
  return rows.length;
}

function programs(pid: number): string {
  return treeOf(pid)
    .map((each) => commandOf(each.pid))
    .join("\n");
}

describe("on a database that DATABASE_URL names", () => {
  test("start, with no embedded one beside it", async () => {
    const settings = {
      PIHORDEV_DATA: join(temporaryFolder(), "data"),
      DATABASE_URL: await startSecondCluster(),
    };
    const started = await startInstallation(settings);
    expect((await fetch(started.url)).status).toBe(200);
    expect(programs(started.pid)).not.toContain("bin/postgres");
    expect(existsSync(join(settings.PIHORDEV_DATA, "postgres"))).toBe(false);
    started.kill("SIGTERM");
    expect((await started.finished).exitCode).toBe(0);
    expect(await connectionsOf(settings.DATABASE_URL, "worker")).toBe(0);
    expect(await connectionsOf(settings.DATABASE_URL, "gateway")).toBe(0);
  });

  test("migrate, verify log and doctor", async () => {
    const settings = {
      PIHORDEV_DATA: join(temporaryFolder(), "data"),
      DATABASE_URL: await startSecondCluster(),
    };
    const migrated = await runProgram(["pihordev.ts", "migrate", "--json"], settings);
    expect(JSON.parse(migrated.stdout)).toMatchObject({ database: "external" });
    expect(JSON.parse(migrated.stdout).applied).toContain("000001_log.sql");
    const verified = await runProgram(["pihordev.ts", "verify", "log", "--json"], settings);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
    const checked = await runProgram(["pihordev.ts", "doctor", "--json"], settings);
    const { checks } = JSON.parse(checked.stdout);
    expect(checks).toContainEqual(expect.objectContaining({ id: "database", state: "ok" }));
    expect(existsSync(join(settings.PIHORDEV_DATA, "postgres"))).toBe(false);
  });

  test("a gateway and a worker, each alone", async () => {
    const settings = {
      PIHORDEV_DATA: join(temporaryFolder(), "data"),
      DATABASE_URL: await startSecondCluster(),
    };
    const gateway = startProgram(["pihordev.ts", "gateway"], settings);
    const [, url = ""] = await gateway.waitFor(READY);
    expect((await fetch(url)).status).toBe(200);
    expect(programs(gateway.pid)).not.toMatch(/worker\/main|local-server/);
    const worker = startProgram(["pihordev.ts", "worker"], settings);
    await worker.waitFor(WORKING);
    expect(programs(worker.pid)).toContain("local-server/main.ts");
    expect(programs(worker.pid)).not.toContain("gateway/main.ts");
    const works = async () => (await connectionsOf(settings.DATABASE_URL, "worker")) > 0;
    await until(works, 20_000, () => `the worker has no connection: ${worker.output()}`);
    for (const part of [worker, gateway]) {
      const tree = treeOf(part.pid);
      part.kill("SIGTERM");
      expect((await part.finished).exitCode).toBe(0);
      await untilGone(tree, 10_000);
    }
  });
});

describe("beside an installation that runs", () => {
  test("a second worker and every command use its database", async () => {
    const settings = { PIHORDEV_DATA: join(temporaryFolder(), "data") };
    await startInstallation(settings);
    const worker = startProgram(["pihordev.ts", "worker"], settings);
    await worker.waitFor(WORKING);
    const migrated = await runProgram(["pihordev.ts", "migrate", "--json"], settings);
    expect(JSON.parse(migrated.stdout)).toEqual({ applied: [], database: "running" });
    expect((await runProgram(["pihordev.ts", "verify", "log"], settings)).exitCode).toBe(0);
  });

  test.each(["gateway", "worker"])("a %s with none that runs says so in one sentence", async (name) => {
    const settings = { PIHORDEV_DATA: join(temporaryFolder(), "data") };
    const { exitCode, stderr } = await runProgram(["pihordev.ts", name], settings);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringMatching(
        /^No installation runs on .*: start one with "bun start\.ts", or set DATABASE_URL/,
      ),
    ]);
    expect(exitCode).toBe(1);
  });
});
