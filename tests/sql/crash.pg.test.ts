import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePool } from "../../sql/database.ts";
import { type RunningPostgres, startPostgres } from "../../sql/embedded/launcher.ts";
import { makeEventStore } from "../../sql/event-store.ts";
import type { AppendResult } from "../../sql/log-types.ts";
import { migrate } from "../../sql/migrate.ts";
import { makeWakeUps } from "../../sql/notifications.ts";
import { appendRequest } from "../support/appends.ts";
import { binariesOf, newClusterFolder, PASSWORDS, testMajor } from "../support/clusters/cluster.ts";

const root = newClusterFolder("pihordev-crash-");
const start = () => startPostgres({ folder: join(root, "postgres"), ...binariesOf(testMajor()) });
let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await start();
});
afterAll(async () => {
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

test("kill -9 of the database in the middle of appends: nothing acknowledged is lost, nothing is written twice", async () => {
  const { workerUrl } = await migrate({ adminUrl: postgres.adminUrl, passwords: PASSWORDS });
  const pool = makePool(workerUrl);
  const store = makeEventStore(pool, { retryMs: 30_000 });
  const wakeUps = await makeWakeUps(workerUrl);
  let woken = 0;
  wakeUps.onLog(() => (woken += 1));
  const orgId = crypto.randomUUID();
  const acknowledged: AppendResult[] = [];
  let enough = false;
  const caller = async () => {
    while (!enough) acknowledged.push(await store.append(appendRequest(orgId)));
  };
  const callers = Promise.all(Array.from({ length: 16 }, caller));
  await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(200);
  process.kill(postgres.pid, "SIGKILL");
  await postgres.exited;
  const before = acknowledged.length;
  postgres = await start();
  expect(new URL(postgres.adminUrl).port).toBe(new URL(workerUrl).port);
  await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(before + 200);
  enough = true;
  await callers;
  const { events, to } = await store.readLog(orgId, { after: 0, limit: 1_000_000 });
  expect(to).toBe(acknowledged.length);
  expect(events.map(({ position }) => position)).toEqual(Array.from({ length: to }, (_, i) => i + 1));
  expect(new Set(acknowledged.map(({ position }) => position)).size).toBe(to);
  const heard = woken;
  const appendAndLook = async () => {
    await store.append(appendRequest(orgId));
    return woken;
  };
  await expect.poll(appendAndLook, { timeout: 20_000 }).toBeGreaterThan(heard);
  await wakeUps.close();
  await store.close();
  await pool.end();
}, 90_000);
