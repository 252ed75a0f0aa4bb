import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { handleCommand } from "../../commands/handle-command.ts";
import { readSettings } from "../../core/settings.ts";
import { makePool } from "../../sql/database.ts";
import { makeEventStore } from "../../sql/event-store.ts";
import { openDatabase } from "../../sql/installation/open-database.ts";
import { localOwner } from "../../sql/local-owner.ts";
import { sealOrganization } from "../../sql/seals.ts";
import { runProgram } from "../support/installation.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const pihordev = (args: readonly string[], settings: NodeJS.ProcessEnv = {}) =>
  runProgram(["pihordev.ts", ...args], { PIHORDEV_DATA: join(temporaryFolder(), "data"), ...settings });

describe("the command line", () => {
  test("alone or with --help lists every command", async () => {
    for (const args of [[], ["--help"], ["help"]]) {
      const { exitCode, stdout } = await pihordev(args);
      expect(exitCode).toBe(0);
      for (const name of ["start", "gateway", "worker", "run", "migrate", "doctor", "verify log"]) {
        expect(stdout).toContain(`  ${name} `);
      }
    }
  });

  test.each(["start", "gateway", "worker", "run", "migrate", "doctor", "verify log"])(
    "%s --help says how it is used",
    async (name) => {
      const { exitCode, stdout, stderr } = await pihordev([...name.split(" "), "--help"]);
      expect(stdout).toMatch(/usage: bun (start|pihordev)\.ts/i);
      expect(stderr).toBe("");
      expect(exitCode).toBe(0);
    },
  );

  test.each([
    [["strat"], 'There is no command "strat". Did you mean "start"?'],
    [["verfy", "log"], 'There is no command "verfy". Did you mean "verify"?'],
    [["verify", "logs"], 'There is no command "verify logs". Did you mean "verify log"?'],
    [["elephants"], 'There is no command "elephants". bun pihordev.ts --help lists them.'],
    [["worker", "--fast"], 'worker does not know "--fast"'],
    [["migrate", "--fast"], "Unknown option '--fast'"],
    [["verify", "log", "--organization", "x"], '"x" is no organization\'s id'],
    [
      ["verify", "log", "--against", "/nowhere/heads.json"],
      "The heads in /nowhere/heads.json cannot be read",
    ],
  ])("%j is refused in one sentence", async (args, start) => {
    const { exitCode, stdout, stderr } = await pihordev(args);
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining(start)]);
    expect(stdout).toBe("");
    expect(exitCode).toBe(1);
  });
});

describe("migrate", () => {
  test("on the embedded database: everything the first time, nothing the second", async () => {
    const settings = { PIHORDEV_DATA: join(temporaryFolder(), "data") };
    const first = await pihordev(["migrate", "--json"], settings);
    expect(JSON.parse(first.stdout)).toMatchObject({ database: "embedded" });
    expect(JSON.parse(first.stdout).applied).toContain("000001_log.sql");
    const second = await pihordev(["migrate"], settings);
    expect(second.stdout).toBe("Nothing to do: the embedded database is up to date.\n");
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  });
});

describe("verify log", () => {
  /** A log of three sealed events and one behind the last seal, as a run of the product leaves it. */
  async function writeLog(data: string, change?: string): Promise<string> {
    const database = await openDatabase(readSettings({ PIHORDEV_DATA: data }), "test");
    const pool = makePool(database.urls.workerUrl, { max: 2, name: "test" });
    const store = makeEventStore(pool);
    const { orgId, personId } = await localOwner(pool);
    const create = (text: string) => {
      const command = {
        type: "CreateTask",
        data: { taskId: randomUUID(), projectId: randomUUID(), text },
      } as const;
      return handleCommand(store, {
        orgId,
        command,
        actor: { kind: "person", id: personId },
        commandId: randomUUID(),
      });
    };
    for (const text of ["one", "two", "three"]) await create(text);
    await sealOrganization(pool, orgId);
    await create("four");
    await store.close();
    await pool.end();
    if (change !== undefined) await asAdministrator(database.urls.adminUrl ?? "", change);
    await database.close();
    return orgId;
  }

  /** What somebody with the database's own administrator could do. */
  async function asAdministrator(url: string, change: string): Promise<void> {
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query(
      `alter table events disable trigger all; ${change}; alter table events enable trigger all`,
    );
    await admin.end();
  }

  test("finds a log in good order, and prints heads that it accepts later", async () => {
    const folder = temporaryFolder();
    const settings = { PIHORDEV_DATA: join(folder, "data") };
    const orgId = await writeLog(settings.PIHORDEV_DATA);
    const verified = await pihordev(["verify", "log", "--json"], settings);
    const [log] = JSON.parse(verified.stdout).logs;
    expect(log).toMatchObject({ orgId, ok: true });
    expect(log.events).toBeGreaterThan(log.sealedTo);
    expect(verified.exitCode).toBe(0);
    const heads = await pihordev(["verify", "log", "--heads"], settings);
    writeFileSync(join(folder, "heads.json"), heads.stdout);
    const against = await pihordev(["verify", "log", "--against", join(folder, "heads.json")], settings);
    expect(against).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("in good order") });
    writeFileSync(join(folder, "heads.json"), heads.stdout.replace(/"position":\d+/, '"position":1'));
    const forged = await pihordev(["verify", "log", "--against", join(folder, "heads.json")], settings);
    expect(forged).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("The heads were changed") });
  });

  test("names the position of an event that was changed, and ends with 1", async () => {
    const settings = { PIHORDEV_DATA: join(temporaryFolder(), "data") };
    const change = `update events set data = jsonb_set(data, '{text}', '"changed"') where data->>'text' = 'two'`;
    await writeLog(settings.PIHORDEV_DATA, change);
    const { exitCode, stdout } = await pihordev(["verify", "log"], settings);
    expect(stdout).toMatch(/CHANGED at position \d+: /);
    expect(exitCode).toBe(1);
  });

  test("a command on the embedded database leaves no server and no lock", async () => {
    const data = join(temporaryFolder(), "data");
    await pihordev(["verify", "log"], { PIHORDEV_DATA: data });
    expect(() => readFileSync(join(data, "running.json"))).toThrow(/ENOENT/);
    expect(() => readFileSync(join(data, "postgres/data/postmaster.pid"))).toThrow(/ENOENT/);
  });
});
