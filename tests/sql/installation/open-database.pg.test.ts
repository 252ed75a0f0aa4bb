import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../../core/settings.ts";
import { takeLock } from "../../../sql/installation/lock-file.ts";
import { externalUrl, openDatabase } from "../../../sql/installation/open-database.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

async function userOf(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client
    .query<{ name: string }>("select current_user as name")
    .finally(() => client.end());
  return rows[0]?.name;
}

describe("the database of a command", () => {
  test("is started for the command, shared meanwhile, and stopped with it; nothing is migrated twice", async () => {
    const data = join(temporaryFolder(), "data");
    const settings = readSettings({ PIHORDEV_DATA: data });
    const first = await openDatabase(settings, "first");
    expect(first).toMatchObject({ source: "embedded", dataFolder: data });
    expect(first.applied).toContain("000001_log.sql");
    expect(await userOf(first.urls.gatewayUrl)).toBe("gateway");
    expect(await userOf(first.urls.workerUrl)).toBe("worker");
    const beside = await openDatabase(settings, "beside");
    expect(beside).toMatchObject({ source: "running", urls: first.urls, encryptionKey: first.encryptionKey });
    await beside.close();
    expect(await userOf(first.urls.workerUrl)).toBe("worker");
    await first.close();
    expect(existsSync(join(data, "running.json"))).toBe(false);
    expect(existsSync(join(data, "postgres/data/postmaster.pid"))).toBe(false);
    const again = await openDatabase(settings, "again");
    expect(again.applied).toEqual([]);
    await again.close();
  });

  test("of a folder whose holder has none yet is refused, naming the holder", async () => {
    const data = temporaryFolder();
    const lock = takeLock(data, "start");
    await expect(openDatabase(readSettings({ PIHORDEV_DATA: data }), "migrate")).rejects.toThrow(
      new RegExp(`already runs on this data folder \\("start", pid ${process.pid}`),
    );
    lock.release();
  });

  test("that cannot be started leaves the folder free", async () => {
    const data = join(temporaryFolder(), "data");
    const settings = readSettings({
      PIHORDEV_DATA: data,
      GATEWAY_DATABASE_URL: "postgres://g@127.0.0.1:1/x",
    });
    await expect(openDatabase(settings, "migrate")).rejects.toThrow(/without DATABASE_URL/);
    expect(existsSync(join(data, "running.json"))).toBe(false);
  });

  test("is DATABASE_URL's when it is set", () => {
    expect(externalUrl(readSettings({ DATABASE_URL: "postgres://a@b/c" }))).toBe("postgres://a@b/c");
    expect(externalUrl(readSettings({}))).toBeNull();
  });
});
