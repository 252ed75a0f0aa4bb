import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeltaFrame } from "../../../core/protocol.ts";
import { makeDeltaSender, watchDeltas } from "../../../sql/deltas.ts";
import { startGateway, type TestGateway } from "../../support/build-app.ts";
import { openLive } from "../../support/gateway/live-client.ts";
import { append, seedRun } from "../../support/gateway/seeds.ts";
import { startWorkerSide, type WorkerSide } from "../../support/gateway/worker-side.ts";

let gateway: TestGateway;
let worker: WorkerSide;

beforeAll(async () => {
  gateway = await startGateway();
  worker = await startWorkerSide(gateway.db);
});

afterAll(async () => {
  await worker.close();
  await gateway.close();
});

function piece(runId: string, offset: number, text: string): DeltaFrame {
  return { type: "delta", runId, messageId: "m1", part: "text", offset, text };
}

/** Sends until a watcher has it: what nobody watches yet is dropped, which is the contract. */
async function sendUntil(orgId: string, frame: DeltaFrame, arrived: () => boolean): Promise<void> {
  const sender = makeDeltaSender(worker.pool);
  await expect
    .poll(
      () => {
        if (!arrived()) sender.send(orgId, frame);
        return arrived();
      },
      { timeout: 10_000, interval: 100 },
    )
    .toBe(true);
  await sender.close();
}

test("what an agent is writing reaches those who show its run, and nobody else", async () => {
  const runId = randomUUID();
  const [watcher, other] = [await openLive(gateway.port), await openLive(gateway.port)];
  const { position: after } = await watcher.until("hello");
  watcher.say({
    type: "subscribe",
    subscription: "run",
    streams: [`run-${runId}`, `transcript-${runId}`],
    after,
  });
  other.say({ type: "subscribe", subscription: "run", streams: [`run-${randomUUID()}`], after });
  await Promise.all([watcher.until("caught_up"), other.until("caught_up")]);
  await sendUntil(gateway.db.orgId, piece(runId, 0, "Hello"), () => watcher.of("delta").length > 0);
  expect(watcher.of("delta")[0]).toEqual(piece(runId, 0, "Hello"));
  expect(other.of("delta")).toEqual([]);
  await watcher.close();
  await other.close();
});

test("another organization's text never arrives, even for a run of the same id", async () => {
  const runId = randomUUID();
  const theirs = await gateway.db.addOrganization();
  const live = await openLive(gateway.port);
  const { position: after } = await live.until("hello");
  live.say({ type: "subscribe", subscription: "all", after });
  await live.until("caught_up");
  const seenThere: DeltaFrame[] = [];
  const { pool, wakeUps } = gateway.deps;
  const stop = await watchDeltas({ pool, wakeUps }, theirs.orgId, (frame) => seenThere.push(frame));
  await sendUntil(theirs.orgId, piece(runId, 0, "theirs"), () => seenThere.length > 0);
  await sendUntil(gateway.db.orgId, piece(runId, 0, "ours"), () => live.of("delta").length > 0);
  expect(new Set(live.of("delta").map(({ text }) => text))).toEqual(new Set(["ours"]));
  await stop();
  await live.close();
});

test("a projection that moved is told to those who watch its organization", async () => {
  const live = await openLive(gateway.port);
  await live.until("hello");
  const { runId } = await seedRun(worker.store, gateway.db.orgId);
  const place = { orgId: gateway.db.orgId, stream: `run-${runId}` };
  const { position } = await append(worker.store, place, [{ type: "RunClaimed", data: { holder: "w" } }]);
  const advanced = await live.until("projection_advanced", (frame) => frame.position >= position);
  expect(["task_state", "project_list"]).toContain(advanced.name);
  await live.close();
});
