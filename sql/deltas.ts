import type pg from "pg";
import { type DeltaFrame, serverFrames } from "../core/protocol.ts";
import { joinPiece, piecesOf } from "./exchange/delta-pieces.ts";
import type { WakeUps } from "./notifications.ts";

/** Somebody watches for this long after the last heartbeat. */
const WATCH_MS = 15_000;
const HEARTBEAT_MS = 5_000;
/** Pieces of one message are joined for this long. */
const JOIN_MS = 60;
/** How long a sender believes what it was told about the watchers. */
const CHANNEL_CACHE_MS = 1_000;
/** What is not sent by then is dropped: the stored message replaces it anyway. */
const MAX_WAITING_FRAMES = 2_000;

/**
 * Transient frames of an organization, until the returned function is called. Frames may be missing at any time:
 * what they say comes again, whole, as an event.
 */
export async function watchDeltas(
  { pool, wakeUps }: { pool: pg.Pool; wakeUps: WakeUps },
  orgId: string,
  fn: (frame: DeltaFrame) => void,
): Promise<() => Promise<void>> {
  const listen = (channel: string) =>
    wakeUps.onChannel(channel, (payload) => {
      for (const frame of parseFrames(payload)) fn(frame);
    });
  let channel = await beat(pool, orgId);
  let off = await listen(channel);
  const heartbeat = async () => {
    const now = await beat(pool, orgId);
    if (now === channel) return;
    // The table is emptied by a crash of the database: then the channel is a new one.
    const former = off;
    channel = now;
    off = await listen(channel);
    await former();
  };
  const timer = setInterval(() => void heartbeat().catch(() => {}), HEARTBEAT_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await off();
  };
}

async function beat(pool: pg.Pool, orgId: string): Promise<string> {
  const { rows } = await pool.query<{ channel: string }>("select watch_deltas($1, $2) as channel", [
    orgId,
    WATCH_MS,
  ]);
  return rows[0]?.channel ?? "";
}

function parseFrames(payload: string): DeltaFrame[] {
  try {
    return serverFrames.delta.array().parse(JSON.parse(payload));
  } catch {
    return [];
  }
}

export type DeltaSender = { send(orgId: string, frame: DeltaFrame): void; close(): Promise<void> };

/** Sends frames while somebody watches the organization, joined, and drops them otherwise. Never throws. */
export function makeDeltaSender(pool: pg.Pool): DeltaSender {
  const waiting = new Map<string, DeltaFrame[]>();
  const channels = makeChannelCache(pool);
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> = Promise.resolve();

  const flush = () => {
    timer = null;
    const frames = [...waiting];
    waiting.clear();
    sending = sending
      .then(async () => {
        for (const [orgId, ofOrganization] of frames)
          await publish(pool, await channels.of(orgId), ofOrganization);
      })
      .catch(() => {});
  };

  return {
    send(orgId, frame) {
      const frames = waiting.get(orgId) ?? [];
      if (frames.length >= MAX_WAITING_FRAMES) return;
      waiting.set(orgId, joinPiece(frames, frame));
      timer ??= setTimeout(flush, JOIN_MS);
    },
    async close() {
      if (timer) clearTimeout(timer);
      flush();
      await sending;
    },
  };
}

/** One statement is one transaction: its commit does not wait for the disk, there is nothing to keep. */
async function publish(pool: pg.Pool, channel: string | null, frames: readonly DeltaFrame[]): Promise<void> {
  if (channel === null) return;
  for (const payload of piecesOf(frames)) {
    await pool.query("select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)", [
      channel,
      payload,
    ]);
  }
}

function makeChannelCache(pool: pg.Pool) {
  const known = new Map<string, { channel: string | null; until: number }>();
  return {
    async of(orgId: string): Promise<string | null> {
      const cached = known.get(orgId);
      if (cached && cached.until > Date.now()) return cached.channel;
      const { rows } = await pool.query<{ channel: string | null }>("select delta_channel($1) as channel", [
        orgId,
      ]);
      const channel = rows[0]?.channel ?? null;
      known.set(orgId, { channel, until: Date.now() + CHANNEL_CACHE_MS });
      return channel;
    },
  };
}
