import { LARGE_PAGE_BYTES, MAX_PAGE_EVENTS, MIN_PAGE_EVENTS } from "./limits.ts";
import { type LogWindow, makeLogWindow } from "./log-window.ts";
import { itemOf, type LogPage } from "./page.ts";
import type { InTurn } from "./semaphore.ts";
import type { ReadPage } from "./visible.ts";
import { makeWaiters } from "./waiters.ts";

type Streams = ReadonlySet<string> | null;

/**
 * The log of one organization as one class of right sees it, shared by all who watch it. At the end of the log one
 * read serves everybody; who is behind reads for himself. Both are answers to the same `read`.
 */
export type LogSource = {
  /** What there is after a position; `to` equals `after` when there is nothing. Throws what the database throws. */
  read(after: number, streams: Streams): Promise<LogPage>;
  /** Resolves when there may be something after `position`, or the signal says stop. */
  moved(position: number, signal: AbortSignal): Promise<void>;
  /** The log may have moved. */
  wake(): void;
};

/** `inTurn` bounds the reads of those who are behind: what happens now never waits for them. */
export function makeLogSource(readPage: ReadPage, inTurn: InTurn): LogSource {
  const load = makeLoad(readPage);
  const waiters = makeWaiters();
  let window: LogWindow | null = null;
  /** There may be something after the window. */
  let stale = false;
  let advancing: Promise<void> | null = null;

  async function advance(from: LogWindow): Promise<void> {
    stale = false;
    try {
      const page = await load(from.to, null);
      from.add(page);
      if (!page.atEnd) stale = true;
    } catch (error) {
      stale = true;
      throw error;
    } finally {
      advancing = null;
    }
  }

  return {
    async read(after, streams) {
      if (window && after >= window.to && (stale || advancing)) {
        advancing ??= advance(window);
        await advancing;
      }
      const known = window?.read(after, streams);
      if (known) return known;
      if (window && after > window.to) return { after, to: after, items: [] };
      const page = await inTurn(() => load(after, streams));
      if (page.atEnd && !window) {
        window = makeLogWindow(page.to);
        stale = true;
      }
      return page;
    },
    async moved(position, signal) {
      if (window && (window.to > position || stale)) return;
      await waiters.wait(signal);
    },
    wake() {
      stale = true;
      waiters.wakeAll();
    },
  };
}

/** Reads pages whose size follows that of the events in them, so that large ones never fill the memory. */
function makeLoad(readPage: ReadPage) {
  let limit = MAX_PAGE_EVENTS / 8;
  return async (after: number, streams: Streams): Promise<LogPage & { atEnd: boolean }> => {
    const asked = limit;
    const { events, to } = await readPage({ after, limit: asked, ...(streams && { streams: [...streams] }) });
    const items = events.map(itemOf);
    const bytes = items.reduce((sum, { json }) => sum + json.length, 0);
    limit =
      bytes > LARGE_PAGE_BYTES ? Math.max(MIN_PAGE_EVENTS, asked / 4) : Math.min(MAX_PAGE_EVENTS, asked * 2);
    return { after, to, items, atEnd: events.length < asked };
  };
}
