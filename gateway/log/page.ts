import type { RecordedEvent } from "../../core/event.ts";
import { MAX_FRAME_BYTES } from "./limits.ts";

/** An event and its text, made once however many sockets get it. */
export type LogItem = { event: RecordedEvent; json: string };

/** Covers every position after `after` up to `to`: what is not among the items was filtered out or is hidden. */
export type LogPage = { after: number; to: number; items: readonly LogItem[] };

export function itemOf(event: RecordedEvent): LogItem {
  return { event, json: JSON.stringify(event) };
}

/** The text of an `agent_event` frame. */
export function eventFrame(subscription: string, { after, to, items }: LogPage): string {
  const name = JSON.stringify(subscription);
  const events = items.map(({ json }) => json).join(",");
  return `{"type":"agent_event","subscription":${name},"from":${after + 1},"to":${to},"events":[${events}]}`;
}

/** Cuts a page into pages of at most `MAX_FRAME_BYTES`, or one event, whose ranges follow on each other. */
export function splitPage(page: LogPage, maxBytes = MAX_FRAME_BYTES): LogPage[] {
  const pages: LogPage[] = [];
  let items: LogItem[] = [];
  let bytes = 0;
  let after = page.after;
  for (const item of page.items) {
    const previous = items.at(-1);
    if (previous && bytes + item.json.length > maxBytes) {
      pages.push({ after, to: previous.event.position, items });
      after = previous.event.position;
      items = [];
      bytes = 0;
    }
    items.push(item);
    bytes += item.json.length;
  }
  return [...pages, { after, to: page.to, items }];
}
