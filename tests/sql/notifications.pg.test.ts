import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Unavailable } from "../../core/errors.ts";
import { makeWakeUps, type ProjectionAdvance, type WakeUps } from "../../sql/notifications.ts";
import { errorOf } from "../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let wakeUps: WakeUps;
beforeAll(async () => {
  database = await makeTestDatabase();
  wakeUps = await makeWakeUps(database.gatewayUrl);
});
afterAll(async () => {
  await wakeUps.close();
  await database.drop();
});

const notify = (channel: string, payload: string) =>
  database.query("select pg_notify($1, $2)", [channel, payload]);

test("the log's channel names the organizations that moved, or none when any may have", async () => {
  const heard: (readonly string[] | null)[] = [];
  const off = wakeUps.onLog((orgIds) => heard.push(orgIds));
  await notify("log", "a,b");
  await notify("log", "");
  await expect.poll(() => heard).toEqual([["a", "b"], null]);
  off();
});

test("a projection's advance is read, nonsense is left alone", async () => {
  const heard: ProjectionAdvance[] = [];
  const off = wakeUps.onProjection((advance) => heard.push(advance));
  await notify("projections", "nonsense");
  await notify("projections", "org task_state 12");
  await expect.poll(() => heard).toEqual([{ orgId: "org", name: "task_state", position: 12 }]);
  off();
});

test("who has stopped listening hears nothing, the others go on", async () => {
  const [first, second]: [string[], string[]] = [[], []];
  const off = wakeUps.onAnswer((id) => first.push(id));
  const offSecond = wakeUps.onAnswer((id) => second.push(id));
  off();
  await notify("answers", "id");
  await expect.poll(() => second).toEqual(["id"]);
  expect(first).toEqual([]);
  offSecond();
});

test("any channel can be listened to by several at once, until the last one stops", async () => {
  const channel = `c_${randomUUID().replaceAll("-", "")}`;
  const heard: string[] = [];
  const offs = [
    await wakeUps.onChannel(channel, (payload) => heard.push(`1 ${payload}`)),
    await wakeUps.onChannel(channel, (payload) => heard.push(`2 ${payload}`)),
  ];
  await notify(channel, "x");
  await expect.poll(() => [...heard].sort()).toEqual(["1 x", "2 x"]);
  await offs[0]?.();
  await notify(channel, "y");
  await expect.poll(() => heard.length).toBe(3);
  await offs[1]?.();
});

test("after its connection was ended it listens again, and says that anything may have moved", async () => {
  const heard: (readonly string[] | null)[] = [];
  const off = wakeUps.onLog((orgIds) => heard.push(orgIds));
  await database.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pihordev wake-ups' and datname = current_database()",
  );
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual([null]);
  await notify("log", "after");
  await expect.poll(() => heard).toEqual([null, ["after"]]);
  off();
});

test("a database that is not there is one clear error", async () => {
  const error = await errorOf(makeWakeUps("postgres://nobody:x@127.0.0.1:1/none"));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error.message).toContain("cannot be listened to");
});
