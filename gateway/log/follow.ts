import { setTimeout as sleep } from "node:timers/promises";
import { JOIN_MS } from "./limits.ts";
import type { LogSource } from "./log-source.ts";
import { type LogPage, splitPage } from "./page.ts";

/** Where a subscription's events go. */
export type Sink = {
  /** Resolves when the socket can take more: at once while it keeps up. */
  ready(signal: AbortSignal): Promise<void>;
  /** Sends one page as a frame, with the frames that follow from its events. */
  page(page: LogPage): Promise<void>;
  caughtUp(position: number): void;
  /** The log cannot be read now; it is tried again by itself. Called once an outage. */
  failed(error: unknown): void;
};

export type Following = {
  source: LogSource;
  sink: Sink;
  after: number;
  streams: ReadonlySet<string> | null;
  /** Pause before a read that failed is tried again. */
  retryMs: number;
  signal: AbortSignal;
};

/**
 * One subscription from its position to its end: read after it, send, wait, again. Catch-up and live differ in
 * nothing but how much a read finds. Slow socket: reading stops, the position stays.
 */
export async function follow(following: Following): Promise<void> {
  const { source, sink, signal } = following;
  let position = following.after;
  let toldEnd = false;
  while (!signal.aborted) {
    await sink.ready(signal);
    const page = await readWhenPossible(following, position);
    if (page === null) return;
    if (page.to > position) {
      position = await sendPage(page, following);
      // Live, what happens within the pause goes in one frame; whoever is behind gets the next page at once.
      if (toldEnd) await sleep(JOIN_MS);
      continue;
    }
    if (!toldEnd) sink.caughtUp(position);
    toldEnd = true;
    await source.moved(position, signal);
  }
}

/** Null: stopped meanwhile. */
async function readWhenPossible(following: Following, position: number): Promise<LogPage | null> {
  const { source, sink, streams, retryMs, signal } = following;
  for (let told = false; !signal.aborted; told = true) {
    try {
      const page = await source.read(position, streams);
      return signal.aborted ? null : page;
    } catch (error) {
      if (!told) sink.failed(error);
      await sleep(retryMs);
    }
  }
  return null;
}

/** The position up to which everything was sent. */
async function sendPage(page: LogPage, { sink, signal }: Following): Promise<number> {
  let position = page.after;
  for (const part of splitPage(page)) {
    await sink.ready(signal);
    if (signal.aborted) break;
    await sink.page(part);
    position = part.to;
  }
  return position;
}
