import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeltaFrame } from "../../../core/protocol.ts";
import { makePool } from "../../../sql/database.ts";
import { makeDeltaSender, watchDeltas } from "../../../sql/deltas.ts";
import { makeWakeUps, type WakeUps } from "../../../sql/notifications.ts";
import { makeTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
let gateway: pg.Pool;
let worker: pg.Pool;
let wakeUps: WakeUps;
beforeAll(async () => {
  database = await makeTestDatabase();
  gateway = makePool(database.gatewayUrl);
  worker = makePool(database.workerUrl);
  wakeUps = await makeWakeUps(database.gatewayUrl);
});
afterAll(async () => {
  await wakeUps.close();
  await gateway.end();
  await worker.end();
  await database.drop();
});

const runId = randomUUID();

function frame(offset: number, text: string, messageId = "m1"): DeltaFrame {
  return { type: "delta", runId, messageId, part: "text", offset, text };
}

async function watching(orgId: string) {
  const frames: DeltaFrame[] = [];
  const stop = await watchDeltas({ pool: gateway, wakeUps }, orgId, (one) => frames.push(one));
  return { frames, stop, text: () => frames.map(({ text }) => text).join("") };
}

test("pieces of a message arrive joined and in order", async () => {
  const { orgId } = await database.addOrganization();
  const { frames, stop, text } = await watching(orgId);
  const sender = makeDeltaSender(worker);
  const words = Array.from({ length: 200 }, (_, i) => `word${i} `);
  let offset = 0;
  for (const word of words) {
    sender.send(orgId, frame(offset, word));
    offset += word.length;
  }
  await sender.close();
  await expect.poll(() => text().length).toBe(offset);
  expect(text()).toBe(words.join(""));
  expect(frames.length).toBeLessThan(10);
  await stop();
});

test("a text far over the size of a notification arrives whole, characters unbroken", async () => {
  const { orgId } = await database.addOrganization();
  const { frames, stop, text } = await watching(orgId);
  const sender = makeDeltaSender(worker);
  const long = `${'👋é\u0001\\"\n'.repeat(5_000)}\ud83d\0end`;
  sender.send(orgId, frame(7, long));
  await sender.close();
  await expect.poll(() => text().length).toBe(long.length);
  expect(text()).toBe(long);
  let next = 7;
  for (const piece of frames) {
    expect(piece.offset).toBe(next);
    next += piece.text.length;
  }
  expect(frames.slice(0, -1).every((piece) => piece.text.isWellFormed())).toBe(true);
  await stop();
});

test("messages that are written at the same time do not mix", async () => {
  const { orgId } = await database.addOrganization();
  const { frames, stop } = await watching(orgId);
  const sender = makeDeltaSender(worker);
  for (let i = 0; i < 10; i += 1) {
    sender.send(orgId, frame(i, "a", "ma"));
    sender.send(orgId, frame(i, "b", "mb"));
  }
  await sender.close();
  await expect.poll(() => frames.length).toBe(2);
  expect(frames.map(({ messageId, text }) => [messageId, text])).toEqual([
    ["ma", "a".repeat(10)],
    ["mb", "b".repeat(10)],
  ]);
  await stop();
});

test("another organization's watcher hears nothing of it", async () => {
  const [mine, theirs] = [await database.addOrganization(), await database.addOrganization()];
  const watch = await watching(mine.orgId);
  const other = await watching(theirs.orgId);
  const sender = makeDeltaSender(worker);
  sender.send(mine.orgId, frame(0, "mine"));
  sender.send(theirs.orgId, frame(0, "theirs"));
  await sender.close();
  await expect.poll(() => [watch.text(), other.text()]).toEqual(["mine", "theirs"]);
  await watch.stop();
  await other.stop();
});

test("while nobody watches nothing is sent", async () => {
  const { orgId } = await database.addOrganization();
  const { stop } = await watching(orgId);
  await stop();
  await database.query(
    "update delta_channels set watched_until = now() - interval '1 second' where org_id = $1",
    [orgId],
  );
  const [row] = await database.query<{ channel: string }>(
    "select channel from delta_channels where org_id = $1",
    [orgId],
  );
  const heard: string[] = [];
  const off = await wakeUps.onChannel(row?.channel ?? "", (payload) => heard.push(payload));
  const sender = makeDeltaSender(worker);
  sender.send(orgId, frame(0, "unheard"));
  await sender.close();
  await database.query("select pg_notify($1, 'marker')", [row?.channel]);
  await expect.poll(() => heard).toEqual(["marker"]);
  await off();
});

test("the channel's name is random", async () => {
  const { orgId } = await database.addOrganization();
  const { stop } = await watching(orgId);
  const [row] = await database.query<{ channel: string }>(
    "select channel from delta_channels where org_id = $1",
    [orgId],
  );
  expect(row?.channel).toMatch(/^delta_[0-9a-f]{32}$/);
  await stop();
});
