import { describe, expect, test } from "vitest";
import { applyEvents } from "../../../ui/apply-event.ts";
import { emptyView } from "../../../ui/fold/run-view.ts";
import { timeAtWork, timeTaken } from "../../../ui/fold/time-at-work.ts";
import { words } from "../../../ui/words.ts";
import { only } from "../support/cards-of.ts";
import { makeRecorder, requested, USAGE } from "../support/recorded.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const run = { startedAt: "2026-11-23T11:58:00Z", endedAt: null };

describe("the time at work", () => {
  test("runs from the start to the end", () => {
    expect(timeAtWork(run, NOW)).toBe(120_000);
    expect(timeAtWork({ ...run, endedAt: "2026-11-23T11:59:00Z" }, NOW)).toBe(60_000);
    expect(timeAtWork({ ...run, startedAt: null }, NOW)).toBeNull();
  });

  test("stands still while the run is paused, and leaves finished pauses out", () => {
    expect(timeAtWork({ ...run, pausedAt: "2026-11-23T11:58:30Z" }, NOW)).toBe(30_000);
    expect(timeAtWork({ ...run, pausedMs: 20_000 }, NOW)).toBe(100_000);
  });

  test("is known for good only after the end", () => {
    expect(timeTaken(run)).toBeNull();
    expect(timeTaken({ ...run, endedAt: "2026-11-23T11:58:09Z" })).toBe(9_000);
  });
});

test("an ended run's card and its header say the same time, as the lists have it", () => {
  const e = makeRecorder();
  const end = { summary: "", branch: null, commit: null, usage: USAGE, durationMs: 31_400 };
  const view = applyEvents(emptyView, [
    e("RunRequested", requested, { at: 0 }),
    { ...e("RunStarted", { baseBranch: "main", baseCommit: null }), recordedAt: "2026-11-23T10:00:05.000Z" },
    { ...e("RunCompleted", end), recordedAt: "2026-11-23T10:00:33.900Z" },
  ]);
  const listed = { startedAt: "2026-11-23T10:00:05.000Z", endedAt: "2026-11-23T10:00:33.900Z" };
  expect(timeTaken(view.facts)).toBe(timeAtWork(listed, NOW));
  const card = only(view, "line").at(-1);
  expect(card && words.event(card.event, card.tookMs)).toBe("Completed in 28 s");
});

test("a run that was stopped before its start took no time", () => {
  const e = makeRecorder();
  const view = applyEvents(emptyView, [
    e("RunRequested", requested),
    e("RunAborted", { reason: "", usage: USAGE, durationMs: 0 }),
  ]);
  const card = only(view, "line").at(-1);
  expect(card && words.event(card.event, card.tookMs)).toBe("Stopped");
});
