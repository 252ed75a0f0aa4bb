import { expect, test } from "vitest";
import type { DeltaFrame } from "../../../core/protocol.ts";
import { makeDeltaHub } from "../../../gateway/live/delta-hub.ts";

const frame: DeltaFrame = { type: "delta", runId: "r", messageId: "m", part: "text", offset: 0, text: "x" };

/** The database's side: which organizations are fetched now. */
function makeFeed() {
  const fetched = new Map<string, (frame: DeltaFrame) => void>();
  let starts = 0;
  return {
    fetched,
    starts: () => starts,
    async watch(orgId: string, fn: (frame: DeltaFrame) => void) {
      starts += 1;
      fetched.set(orgId, fn);
      return async () => {
        fetched.delete(orgId);
      };
    },
  };
}

test("an organization is fetched once for all who watch it, and no longer than they do", async () => {
  const feed = makeFeed();
  const hub = makeDeltaHub(feed.watch, () => {});
  const got: string[] = [];
  const first = hub.watch("a", () => got.push("first"));
  const second = hub.watch("a", () => got.push("second"));
  expect(feed.starts()).toBe(1);
  feed.fetched.get("a")?.(frame);
  expect(got).toEqual(["first", "second"]);
  first();
  feed.fetched.get("a")?.(frame);
  expect(got).toEqual(["first", "second", "second"]);
  second();
  await hub.close();
  await expect.poll(() => feed.fetched.size).toBe(0);
});

test("frames of one organization reach nobody of another", async () => {
  const feed = makeFeed();
  const hub = makeDeltaHub(feed.watch, () => {});
  const got: string[] = [];
  hub.watch("a", () => got.push("a"));
  hub.watch("b", () => got.push("b"));
  feed.fetched.get("a")?.(frame);
  expect(got).toEqual(["a"]);
  await hub.close();
});

test("ending twice ends once", async () => {
  const feed = makeFeed();
  const hub = makeDeltaHub(feed.watch, () => {});
  const end = hub.watch("a", () => {});
  hub.watch("a", () => {});
  end();
  end();
  expect(feed.fetched.has("a")).toBe(true);
  await hub.close();
});

test("a database that is away is said, and breaks nothing", async () => {
  const lines: string[] = [];
  const hub = makeDeltaHub(
    () => Promise.reject(new Error("away")),
    (line) => lines.push(line),
  );
  hub.watch("a", () => {})();
  await hub.close();
  await expect.poll(() => lines).toEqual(["live text is not available: away"]);
});
