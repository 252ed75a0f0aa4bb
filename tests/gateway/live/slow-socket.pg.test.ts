import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serverFrameSchema } from "../../../core/protocol.ts";
import { SLOW_BYTES } from "../../../gateway/live/limits.ts";
import { MAX_FRAME_BYTES } from "../../../gateway/log/limits.ts";
import { startGateway, type TestGateway } from "../../support/build-app.ts";
import { coveredPositions, openLive } from "../../support/gateway/live-client.ts";
import { append, notice } from "../../support/gateway/seeds.ts";
import { openSilent } from "../../support/gateway/silent-socket.ts";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ settings: { SOCKET_PING_MS: "2500" } });
});

afterAll(() => gateway.close());

/** `amount` events of about 60 KB. */
async function addLarge(amount: number): Promise<number> {
  const place = { orgId: gateway.db.orgId, stream: `transcript-${randomUUID()}` };
  const finished = {
    type: "ToolCallFinished",
    data: {
      ...{
        toolCallId: "c",
        tool: "bash",
        isError: false,
        exitCode: 0,
        reason: "done",
        output: "x".repeat(60_000),
      },
      ...{ outputBytes: 60_000, outputBlob: null, diff: null, durationMs: 1 },
    },
  };
  let position = 0;
  for (let index = 0; index < amount; index += 1)
    position = (await append(gateway.deps.store, place, [finished])).position;
  return position;
}

function buffered(): number[] {
  return [...gateway.app.websocketServer.clients].map(({ bufferedAmount }) => bufferedAmount);
}

test("a socket that never reads holds little memory, hurts nobody, and is ended", async () => {
  const end = await addLarge(400);
  const silent = await openSilent(gateway.port, { type: "subscribe", subscription: "log", after: 0 });
  const live = await openLive(gateway.port);
  live.say({ type: "subscribe", subscription: "log", after: 0 });
  await live.until("caught_up", ({ position }) => position >= end);
  expect(coveredPositions(live, "log", 0).positions).toHaveLength(end);
  expect(Math.max(...buffered())).toBeLessThanOrEqual(SLOW_BYTES + 2 * MAX_FRAME_BYTES);

  const before = performance.now();
  const { position } = await append(
    gateway.deps.store,
    { orgId: gateway.db.orgId, stream: `transcript-${randomUUID()}` },
    [notice("still quick")],
  );
  await live.until("agent_event", ({ to }) => to >= position);
  expect(performance.now() - before).toBeLessThan(1_000);

  await expect.poll(() => gateway.app.websocketServer.clients.size, { timeout: 10_000 }).toBe(1);
  await live.close();
  silent.socket.destroy();
});

test("a page that hangs for a while and reads again goes on where it was, without a gap", async () => {
  const end = await addLarge(200);
  const hanging = await openSilent(gateway.port, { type: "subscribe", subscription: "log", after: 0 });
  await expect.poll(() => Math.max(...buffered()), { timeout: 10_000 }).toBeGreaterThan(SLOW_BYTES);
  let to = 0;
  const positions: number[] = [];
  const largest = { bytes: 0 };
  await new Promise<void>((resolve, reject) => {
    hanging.readAgain((text) => {
      const frame = serverFrameSchema.parse(JSON.parse(text));
      if (frame.type === "caught_up") resolve();
      if (frame.type !== "agent_event") return;
      if (frame.from !== to + 1) reject(new Error(`a gap: ${frame.from} after ${to}`));
      to = frame.to;
      positions.push(...frame.events.map(({ position }) => position));
      largest.bytes = Math.max(largest.bytes, text.length);
    });
  });
  expect(positions).toEqual(Array.from({ length: end }, (_, index) => index + 1));
  expect(largest.bytes).toBeLessThan(2 * MAX_FRAME_BYTES);
  hanging.socket.destroy();
});
