import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findRunning } from "../../sql/installation/lock-file.ts";
import { READY, startInstallation, startProgram } from "../support/installation.ts";
import { commandOf, treeOf, untilGone } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const KEY = Buffer.alloc(32, 5).toString("base64");

function filesOpenToOthers(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && (statSync(path).mode & 0o077) !== 0);
}

describe("start", () => {
  test("on a fresh data folder serves the page, and SIGTERM leaves nothing behind", async () => {
    const data = join(temporaryFolder(), "data");
    const started = await startInstallation({ PIHORDEV_DATA: data });
    const page = await fetch(started.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<title>");
    expect(findRunning(data)?.url).toBe(started.url);
    expect(filesOpenToOthers(data)).toEqual([]);
    const tree = treeOf(started.pid);
    const commands = tree.map(({ pid }) => commandOf(pid)).join("\n");
    for (const part of [
      "supervise.ts",
      "gateway/main.ts",
      "worker/main.ts",
      "local-server/main.ts",
      "bin/postgres",
    ]) {
      expect(commands).toContain(part);
    }
    started.kill("SIGTERM");
    expect((await started.finished).exitCode).toBe(0);
    await untilGone(tree, 10_000);
    expect(existsSync(join(data, "postgres/data/postmaster.pid"))).toBe(false);
    expect(findRunning(data)).toBeNull();
    await expect(fetch(started.url)).rejects.toThrow();
  });

  test("gives the keys of providers and the database's administrator to no part that does not need them", async () => {
    const canaries = {
      ANTHROPIC_API_KEY: "canary-provider",
      LLM_API_KEY: "canary-endpoint",
      SOMETHING_ELSE: "canary-else",
    };
    const settings = { PIHORDEV_DATA: join(temporaryFolder(), "data"), ENCRYPTION_KEY: KEY, ...canaries };
    const started = await startInstallation(settings);
    const environmentOf = (program: string): string => {
      const found = treeOf(started.pid).find(({ pid }) => commandOf(pid).includes(program));
      return readFileSync(`/proc/${found?.pid}/environ`, "utf8");
    };
    for (const program of ["gateway/main.ts", "local-server/main.ts", "bin/postgres"]) {
      expect(environmentOf(program)).not.toMatch(/canary|ENCRYPTION_KEY|postgres:\/\/pihordev/);
      expect(environmentOf(program)).not.toContain(KEY);
    }
    const worker = environmentOf("worker/main.ts");
    expect(worker).toContain("canary-provider");
    expect(worker).not.toMatch(/canary-else|ENCRYPTION_KEY|postgres:\/\/pihordev|GATEWAY_DATABASE_URL/);
  });

  test("Ctrl-C, also when it arrives twice at once, is the same ordered stop", async () => {
    const data = join(temporaryFolder(), "data");
    const started = await startInstallation({ PIHORDEV_DATA: data });
    const tree = treeOf(started.pid);
    started.kill("SIGINT");
    started.kill("SIGINT");
    expect((await started.finished).exitCode).toBe(0);
    await untilGone(tree, 10_000);
    expect(existsSync(join(data, "postgres/data/postmaster.pid"))).toBe(false);
  });

  test("a stop in the middle of starting is one too", async () => {
    const data = join(temporaryFolder(), "data");
    const started = startProgram(["start.ts"], { PIHORDEV_DATA: data });
    await expect.poll(() => findRunning(data)?.command, { timeout: 60_000, interval: 5 }).toBe("start");
    const tree = treeOf(started.pid);
    started.kill("SIGTERM");
    expect((await started.finished).exitCode).toBe(0);
    await untilGone(tree, 10_000);
    expect(started.output()).not.toMatch(READY);
    expect(existsSync(join(data, "postgres/data/postmaster.pid"))).toBe(false);
  });
});
