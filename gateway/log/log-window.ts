import { MAX_WINDOW_BYTES, MAX_WINDOW_EVENTS } from "./limits.ts";
import type { LogItem, LogPage } from "./page.ts";

/** The newest events of one organization: every position after `after` up to `to`, in memory, bounded. */
export type LogWindow = {
  readonly to: number;
  /** Null: not covered here any more (or not yet), read it from the log. */
  read(after: number, streams: ReadonlySet<string> | null): LogPage | null;
  /** Adds a page that starts at `to`. */
  add(page: LogPage): void;
};

export function makeLogWindow(start: number): LogWindow {
  let after = start;
  let to = start;
  let items: LogItem[] = [];
  let bytes = 0;

  function shrink(): void {
    let drop = 0;
    while (items.length - drop > MAX_WINDOW_EVENTS || bytes > MAX_WINDOW_BYTES) {
      const oldest = items[drop];
      if (!oldest) break;
      after = oldest.event.position;
      bytes -= oldest.json.length;
      drop += 1;
    }
    if (drop > 0) items = items.slice(drop);
  }

  return {
    get to() {
      return to;
    },
    read(from, streams) {
      if (from < after || from > to) return null;
      const newer = items.slice(firstAfter(items, from));
      return {
        after: from,
        to,
        items: streams ? newer.filter(({ event }) => streams.has(event.stream)) : newer,
      };
    },
    add(page) {
      items.push(...page.items);
      for (const { json } of page.items) bytes += json.length;
      to = page.to;
      shrink();
    },
  };
}

/** Index of the first item with a later position: items are in order. */
function firstAfter(items: readonly LogItem[], position: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item && item.event.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
