import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AskTimeout, NotFound, Unavailable } from "../../../core/errors.ts";
import { type Answerers, answerAsks, ask } from "../../../sql/asks.ts";
import { makePool } from "../../../sql/database.ts";
import { makeWakeUps, type WakeUps } from "../../../sql/notifications.ts";
import { errorOf } from "../../support/appends.ts";
import { makeTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
let gateway: pg.Pool;
let worker: pg.Pool;
let wakeUps: WakeUps;
let workerWakeUps: WakeUps;
beforeAll(async () => {
  database = await makeTestDatabase();
  gateway = makePool(database.gatewayUrl);
  worker = makePool(database.workerUrl);
  wakeUps = await makeWakeUps(database.gatewayUrl);
  workerWakeUps = await makeWakeUps(database.workerUrl);
});
afterAll(async () => {
  await wakeUps.close();
  await workerWakeUps.close();
  await gateway.end();
  await worker.end();
  await database.drop();
});

const refuse = () => Promise.reject(new Error("not asked for here"));

function startAnswering(changes: Partial<Answerers>, pollMs = 60_000) {
  const answerers: Answerers = {
    machine_checks: refuse,
    probe_repository: refuse,
    file_at_checkpoint: refuse,
    ...changes,
  };
  return answerAsks({ pool: worker, wakeUps: workerWakeUps, pollMs }, answerers);
}

function probe(url: string, timeoutMs = 10_000) {
  const question = { url, credentialId: null };
  return ask(gateway, wakeUps, { orgId: database.orgId, kind: "probe_repository", question, timeoutMs });
}

const probed = (name: string) => ({
  kind: "https" as const,
  name,
  defaultBranch: "main",
  branches: ["main"],
});

test("a question is answered by a worker, in the organization's name", async () => {
  const heard: string[] = [];
  const answering = startAnswering({
    probe_repository: async (orgId, { url }) => {
      heard.push(orgId);
      return probed(url);
    },
  });
  expect(await probe("https://example.test/a.git")).toEqual(probed("https://example.test/a.git"));
  expect(heard).toEqual([database.orgId]);
  await answering.stop();
});

test("several at once are each answered once, by one of two workers", async () => {
  const heard: string[] = [];
  const answer = async (_: string, { url }: { url: string }) => {
    heard.push(url);
    return probed(url);
  };
  const both = [startAnswering({ probe_repository: answer }), startAnswering({ probe_repository: answer })];
  const urls = Array.from({ length: 12 }, (_, i) => `https://example.test/${i}.git`);
  const answers = await Promise.all(urls.map((url) => probe(url)));
  expect(answers.map(({ name }) => name)).toEqual(urls);
  expect([...heard].sort()).toEqual([...urls].sort());
  for (const answering of both) await answering.stop();
});

test("what the worker throws is thrown where it was asked, with its code", async () => {
  const answering = startAnswering({
    probe_repository: async () => Promise.reject(new NotFound("No such place.")),
  });
  const error = await errorOf(probe("https://example.test/x.git"));
  expect(error).toBeInstanceOf(NotFound);
  expect(error.message).toBe("No such place.");
  await answering.stop();
});

test("an error without a code is passed on as unavailable", async () => {
  const answering = startAnswering({});
  const error = await errorOf(probe("https://example.test/x.git"));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error.message).toBe("not asked for here");
  await answering.stop();
});

test("nobody answers: a time-out that says so, and the question is gone", async () => {
  const error = await errorOf(probe("https://user:secret@example.test/x.git", 200));
  expect(error).toBeInstanceOf(AskTimeout);
  expect(error.message).toContain("200 ms");
  expect(await database.query("select * from asks")).toEqual([]);
});

test("a question that was taken leaves the table at once: it may hold credentials", async () => {
  let seen: unknown[] = [];
  const answering = startAnswering({
    probe_repository: async (_, { url }) => {
      seen = await database.query("select question from asks");
      return probed(url);
    },
  });
  await probe("https://user:secret@example.test/x.git");
  expect(seen).toEqual([{ question: {} }]);
  expect(await database.query("select * from asks")).toEqual([]);
  await answering.stop();
});

test("a question whose wake-up got lost is found by the poll", async () => {
  const deaf: WakeUps = { ...workerWakeUps, onAsk: () => () => {} };
  const answerers = { machine_checks: refuse, file_at_checkpoint: refuse };
  const probe_repository: Answerers["probe_repository"] = async (_, { url }) => probed(url);
  const answering = answerAsks(
    { pool: worker, wakeUps: deaf, pollMs: 20 },
    { ...answerers, probe_repository },
  );
  expect((await probe("https://example.test/late.git")).name).toBe("https://example.test/late.git");
  await answering.stop();
});

test("stopping waits for the answer that is being made", async () => {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun = false;
  const answering = startAnswering({
    probe_repository: async (_, { url }) => {
      begun = true;
      await held;
      return probed(url);
    },
  });
  const answer = probe("https://example.test/slow.git");
  await expect.poll(() => begun).toBe(true);
  const stopped = answering.stop();
  release();
  await stopped;
  expect((await answer).name).toBe("https://example.test/slow.git");
});
