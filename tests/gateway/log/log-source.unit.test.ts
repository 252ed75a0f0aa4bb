import { expect, test } from "vitest";
import type { RecordedEvent } from "../../../core/event.ts";
import { makeLogSource } from "../../../gateway/log/log-source.ts";
import { makeSemaphore } from "../../../gateway/log/semaphore.ts";
import type { PageRequest } from "../../../gateway/log/visible.ts";
import { recorded } from "../../support/gateway/recorded.ts";

/** A log in memory with the contract of `readLog`, which counts how often it is read. */
function makeLog(amount: number) {
  const events: RecordedEvent[] = Array.from({ length: amount }, (_, at) => recorded(at + 1));
  const requests: PageRequest[] = [];
  return {
    requests,
    append: (event: Partial<RecordedEvent> = {}) => events.push(recorded(events.length + 1, event)),
    async read(request: PageRequest) {
      requests.push(request);
      const head = events.length;
      const found = events.filter(
        ({ position, stream }) => position > request.after && (request.streams?.includes(stream) ?? true),
      );
      const page = found.slice(0, request.limit);
      const to =
        page.length === request.limit ? (page.at(-1)?.position ?? head) : Math.max(head, request.after);
      return { events: page, to };
    },
  };
}

const stop = new AbortController().signal;

async function readAll(
  source: ReturnType<typeof makeLogSource>,
  after: number,
  streams: ReadonlySet<string> | null = null,
) {
  const positions: number[] = [];
  for (let at = after; ; ) {
    const page = await source.read(at, streams);
    expect(page.after).toBe(at);
    if (page.to === at) return { positions, at };
    positions.push(...page.items.map(({ event }) => event.position));
    at = page.to;
  }
}

test("gives the whole log in order, page by page", async () => {
  const source = makeLogSource(makeLog(1_500).read, makeSemaphore(1));
  const { positions, at } = await readAll(source, 0);
  expect(positions).toEqual(Array.from({ length: 1_500 }, (_, index) => index + 1));
  expect(at).toBe(1_500);
});

test("one read serves all who wait at the end of the log", async () => {
  const log = makeLog(3);
  const source = makeLogSource(log.read, makeSemaphore(4));
  await readAll(source, 0);
  log.append();
  source.wake();
  const before = log.requests.length;
  const pages = await Promise.all(Array.from({ length: 50 }, () => source.read(3, null)));
  expect(pages.map(({ to }) => to)).toEqual(pages.map(() => 4));
  expect(log.requests.length - before).toBe(1);
});

test("nothing is read while nothing has moved", async () => {
  const log = makeLog(3);
  const source = makeLogSource(log.read, makeSemaphore(4));
  await readAll(source, 0);
  const before = log.requests.length;
  await source.read(3, null);
  expect(log.requests.length).toBe(before);
});

test("an append between the read and the wait is not missed", async () => {
  const log = makeLog(1);
  const source = makeLogSource(log.read, makeSemaphore(1));
  await readAll(source, 0);
  log.append();
  source.wake();
  await source.moved(1, stop);
  expect((await source.read(1, null)).to).toBe(2);
});

test("waiting ends when the signal says stop", async () => {
  const source = makeLogSource(makeLog(1).read, makeSemaphore(1));
  await readAll(source, 0);
  const controller = new AbortController();
  const waited = source.moved(1, controller.signal);
  controller.abort();
  await expect(waited).resolves.toBeUndefined();
});

test("who is behind reads for himself, with his filter, and ends where the others are", async () => {
  const log = makeLog(2_600);
  const mine = "run-00000000-0000-4000-8000-00000000000a";
  log.append({ stream: mine });
  const source = makeLogSource(log.read, makeSemaphore(1));
  await readAll(source, 2_600);
  const { positions, at } = await readAll(source, 0, new Set([mine]));
  expect(positions).toEqual([2_601]);
  expect(at).toBe(2_601);
  expect(log.requests.some(({ streams }) => streams?.includes(mine))).toBe(true);
});

test("a failed read at the end is tried again, and nothing is lost", async () => {
  const log = makeLog(1);
  let broken = false;
  const read = (request: PageRequest) => (broken ? Promise.reject(new Error("gone")) : log.read(request));
  const source = makeLogSource(read, makeSemaphore(1));
  await readAll(source, 0);
  log.append();
  source.wake();
  broken = true;
  await expect(source.read(1, null)).rejects.toThrow("gone");
  broken = false;
  expect((await source.read(1, null)).to).toBe(2);
});

test("a position beyond the end gets nothing, and no wait for ever in a loop", async () => {
  const source = makeLogSource(makeLog(3).read, makeSemaphore(1));
  await readAll(source, 0);
  expect(await source.read(99, null)).toEqual({ after: 99, to: 99, items: [] });
});

test("large events are read in smaller pages", async () => {
  const events = Array.from({ length: 400 }, (_, at) =>
    recorded(at + 1, { data: { text: "x".repeat(64_000) } }),
  );
  const limits: number[] = [];
  const source = makeLogSource(async ({ after, limit }) => {
    limits.push(limit);
    const page = events.slice(after, after + limit);
    return { events: page, to: page.length === limit ? after + limit : events.length };
  }, makeSemaphore(1));
  await readAll(source, 0);
  expect(Math.min(...limits)).toBeLessThan(limits[0] ?? 0);
});
