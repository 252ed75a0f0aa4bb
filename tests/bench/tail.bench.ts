import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { serverFrameSchema } from "../../core/protocol.ts";
import { readSettings } from "../../core/settings.ts";
import { buildApp } from "../../gateway/app.ts";
import { openDeps } from "../../gateway/open-deps.ts";
import { startPostgres } from "../../sql/embedded/launcher.ts";
import type { EventStore } from "../../sql/event-store.ts";
import { localOwner } from "../../sql/local-owner.ts";
import { migrate } from "../../sql/migrate.ts";
import { append, notice } from "../support/gateway/seeds.ts";

type Row = { label: string; unit: string; samples: number[]; target?: string };

const LONE_APPENDS = 400;
/** Longer than frames are joined for: each append finds the tail idle. */
const LONE_PAUSE_MS = 25;
const BUSY_WRITERS = 8;
const BUSY_MS = 3_000;

/**
 * Append committed → a page has it: the real gateway on a durable cluster of its own, one WebSocket client that
 * follows the whole log. Milliseconds from the appender's answer to the parsed frame; 0 when the frame was first.
 */
async function run(): Promise<{ name: string; rows: Row[] }> {
  const world = await openWorld();
  try {
    const lone = await measureLone(world);
    const busy = await measureBusy(world);
    return {
      name: "tail",
      rows: [
        { label: "a lone append, every 25 ms", unit: "ms", samples: lone, target: "p99 ≤ 10" },
        { label: `${BUSY_WRITERS} writers without a pause, frames joined`, unit: "ms", samples: busy },
      ],
    };
  } finally {
    await world.close();
  }
}

export default { name: "tail", run };

type World = {
  orgId: string;
  store: EventStore;
  /** When the client had a position; undefined: not yet. */
  seenAt: Map<number, number>;
  /** Resolves once the client has everything up to a position. */
  until(position: number): Promise<void>;
  close(): Promise<void>;
};

async function measureLone({ orgId, store, seenAt, until }: World): Promise<number[]> {
  const stream = `transcript-${randomUUID()}`;
  const samples: number[] = [];
  for (let count = 0; count < LONE_APPENDS; count += 1) {
    const { position } = await append(store, { orgId, stream }, [notice("x".repeat(300))]);
    const committed = performance.now();
    await until(position);
    samples.push(Math.max(0, (seenAt.get(position) ?? committed) - committed));
    await sleep(LONE_PAUSE_MS);
  }
  return samples;
}

async function measureBusy({ orgId, store, seenAt, until }: World): Promise<number[]> {
  const committed = new Map<number, number>();
  const end = performance.now() + BUSY_MS;
  const write = async () => {
    const stream = `transcript-${randomUUID()}`;
    while (performance.now() < end) {
      const { position } = await append(store, { orgId, stream }, [notice("x".repeat(300))]);
      committed.set(position, performance.now());
    }
  };
  await Promise.all(Array.from({ length: BUSY_WRITERS }, write));
  await until(Math.max(...committed.keys()));
  return [...committed].map(([position, at]) => Math.max(0, (seenAt.get(position) ?? at) - at));
}

async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "pihordev-bench-tail-"));
  const postgres = await startPostgres({ folder: join(folder, "postgres") });
  const passwords = { gateway: "bench", worker: "bench", auth: "bench" };
  const { gatewayUrl } = await migrate({ adminUrl: postgres.adminUrl, passwords });
  const settings = readSettings({ PIHORDEV_DATA: folder, GATEWAY_DATABASE_URL: gatewayUrl });
  const deps = await openDeps({ settings, encryptionKey: Buffer.alloc(32, 1).toString("base64") });
  const { app } = await buildApp(deps);
  const port = new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port;
  const client = await followLog(port);
  const { orgId } = await localOwner(deps.pool);
  return {
    ...{ orgId, store: deps.store, seenAt: client.seenAt, until: client.until },
    async close() {
      await app.close();
      await deps.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function followLog(port: string) {
  const socket = new WebSocket(`ws://localhost:${port}/ws`);
  const seenAt = new Map<number, number>();
  let to = 0;
  let check = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      const frame = serverFrameSchema.parse(JSON.parse(String(data)));
      if (frame.type === "caught_up") resolve();
      if (frame.type !== "agent_event") return;
      for (const { position } of frame.events) seenAt.set(position, performance.now());
      to = frame.to;
      check();
    });
  });
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "subscribe", subscription: "bench", after: 0 }));
  await caughtUp;
  const until = (position: number) =>
    new Promise<void>((resolve) => {
      check = () => to >= position && resolve();
      check();
    });
  return { seenAt, until };
}
