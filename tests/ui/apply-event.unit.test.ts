import { describe, expect, test } from "vitest";
import { eventCatalog } from "../../core/event-catalog.ts";
import { applyEvents, known } from "../../ui/apply-event.ts";
import { emptyView } from "../../ui/fold/run-view.ts";
import { aRun } from "./support/a-run.ts";
import { kindsOf as kinds, only } from "./support/cards-of.ts";
import {
  assistant,
  callFinished,
  entry,
  makeCheckedRecorder,
  makeRecorder,
  PERSON_ID,
  requested,
  USAGE,
  uuid,
} from "./support/recorded.ts";

const fold = (...events: Parameters<typeof applyEvents>[1]) => applyEvents(emptyView, events);

describe("a whole run", () => {
  test("becomes cards in the order of what happened", () => {
    expect(kinds(applyEvents(emptyView, aRun()))).toEqual([
      "person",
      "line",
      "line",
      "line",
      "line",
      "thinking",
      "text",
      "reads",
      "person",
      "text",
      "edit",
      "command",
      "question",
      "line",
      "line",
      "line",
      "line",
      "line",
      "line",
      "line",
    ]);
  });

  test("gives the facts of the header", () => {
    const { facts } = applyEvents(emptyView, aRun());
    expect(facts.state.status).toBe("completed");
    expect(facts).toMatchObject({
      requestedBy: PERSON_ID,
      base: { branch: "main" },
      sandbox: { network: "egress", open: false },
      usage: USAGE,
      checkpoints: 1,
      pausedMs: 1_000,
      pausedAt: null,
      callSince: null,
    });
    expect(facts.completed?.branch).toBe(requested.branch);
  });

  test("keeps every event, also those without a card", () => {
    expect(applyEvents(emptyView, aRun()).events).toHaveLength(aRun().length);
  });
});

describe("folding", () => {
  test("in one go and in pieces of every size gives the same", () => {
    const events = aRun();
    const whole = applyEvents(emptyView, events);
    for (let size = 1; size <= events.length; size += 1) {
      let view = emptyView;
      for (let from = 0; from < events.length; from += size) {
        view = applyEvents(view, events.slice(from, from + size));
      }
      expect(view).toEqual(whole);
    }
  });

  test("repeated events change nothing, in whatever piece they come again", () => {
    const events = aRun();
    let view = emptyView;
    for (let end = 1; end <= events.length; end += 1) view = applyEvents(view, events.slice(0, end));
    expect(view).toEqual(applyEvents(emptyView, events));
    expect(applyEvents(view, events)).toBe(view);
  });

  test("an event twice in one piece counts once", () => {
    const events = aRun();
    expect(
      applyEvents(
        emptyView,
        events.flatMap((event) => [event, event]),
      ),
    ).toEqual(applyEvents(emptyView, events));
  });

  test("changes nothing in the view it was given", () => {
    const events = aRun();
    const before = applyEvents(emptyView, events.slice(0, 20));
    const copy = structuredClone(before);
    applyEvents(before, events.slice(20));
    expect(before).toEqual(copy);
  });

  test("cards that did not change keep their identity", () => {
    const events = aRun();
    const before = applyEvents(emptyView, events.slice(0, 20));
    const after = applyEvents(before, events.slice(20));
    const first = before.order[0] ?? "";
    expect(after.cards.get(first)).toBe(before.cards.get(first));
  });

  test("every type of run and transcript in the catalog is known here", () => {
    const record = makeRecorder();
    const types = [...eventCatalog].filter(
      ([, { category }]) => category === "run" || category === "transcript",
    );
    expect(types.length).toBeGreaterThan(20);
    expect(types.filter(([type]) => known(record(type, {})) === null)).toEqual([]);
  });
});

describe("people", () => {
  test("the task and what was steered show once, though the session repeats them", () => {
    const e = makeCheckedRecorder();
    const view = fold(
      e("RunRequested", requested),
      e("SessionEntryRecorded", entry("u", { role: "user", content: `Task:\n${requested.prompt}` })),
      e("RunSteered", { messageId: uuid(1), text: "Go on" }),
      e("SessionEntryRecorded", entry("u2", { role: "user", content: [{ type: "text", text: "Go on" }] })),
    );
    expect(only(view, "person").map(({ text, tag }) => [text, tag])).toEqual([
      [requested.prompt, "task"],
      ["Go on", "steered"],
    ]);
    expect(kinds(view)).toEqual(["person", "person"]);
  });

  test("a message that nobody of us sent shows as a note", () => {
    const e = makeCheckedRecorder();
    const view = fold(e("SessionEntryRecorded", entry("u", { role: "user", content: "From elsewhere" })));
    expect(only(view, "note")).toMatchObject([{ note: "message", text: "From elsewhere" }]);
  });
});

describe("the end of a run", () => {
  test.each([
    ["RunFailed", { code: "model_key", message: "The key was refused.", usage: USAGE, durationMs: 1 }],
    ["RunAborted", { reason: "", usage: USAGE, durationMs: 1 }],
    ["RunCompleted", { summary: "", branch: null, commit: null, usage: USAGE, durationMs: 1 }],
  ])("%s ends what still ran and takes the usage it names", (type, data) => {
    const e = makeCheckedRecorder();
    const view = fold(
      e("RunRequested", requested),
      e("LlmCallIntended", { callId: uuid(1), model: "demo/rehearsal", messages: 1 }),
      e("ToolCallStarted", { toolCallId: "1", tool: "bash", args: {} }),
      e(type, data),
    );
    expect(only(view, "command")[0]?.call).toMatchObject({ state: "failed", reason: "interrupted" });
    expect(view.facts).toMatchObject({ usage: USAGE, callSince: null });
    expect(view.facts.endedAt).not.toBeNull();
  });

  test("a failure is a card with its sentence", () => {
    const e = makeCheckedRecorder();
    const view = fold(
      e("RunFailed", { code: "push", message: "The push was refused.", usage: USAGE, durationMs: 1 }),
    );
    expect(only(view, "error")).toMatchObject([{ code: "push", message: "The push was refused." }]);
    expect(view.facts.failure?.code).toBe("push");
  });
});

describe("money", () => {
  test("adds up the calls", () => {
    const e = makeCheckedRecorder();
    const view = fold(
      e("LlmCallFinished", callFinished(uuid(1))),
      e("LlmCallFinished", callFinished(uuid(2))),
    );
    expect(view.facts.usage).toMatchObject({ inputTokens: 20, costMicrodollars: 8_000 });
  });

  test("one call without a price leaves the sum unknown", () => {
    const e = makeCheckedRecorder();
    const view = fold(
      e("LlmCallFinished", callFinished(uuid(1))),
      e("LlmCallFinished", callFinished(uuid(2), { costMicrodollars: null })),
      e("LlmCallFinished", callFinished(uuid(3))),
    );
    expect(view.facts.usage.costMicrodollars).toBeNull();
  });
});

describe("what cannot be read", () => {
  test("an unknown type is one gray line with its name", () => {
    const e = makeRecorder();
    expect(only(fold(e("SomethingNew", { a: 1 })), "unknown")).toMatchObject([{ type: "SomethingNew" }]);
  });

  test("a newer version of a known type is a gray line too", () => {
    const e = makeRecorder();
    expect(kinds(fold({ ...e("RunRequested", requested), schemaVersion: 2 }))).toEqual(["unknown"]);
  });

  test("data of the wrong shape is a gray line, and the rest goes on", () => {
    const e = makeRecorder();
    const view = fold(
      e("RunCompleted", "no object"),
      e("SessionEntryRecorded", 7),
      e("NoticeGiven", { text: "x" }),
    );
    expect(kinds(view)).toEqual(["unknown", "unknown", "line"]);
  });

  test("an erased payload says so", () => {
    const e = makeRecorder();
    expect(only(fold(e("RunSteered", null)), "erased")).toMatchObject([{ type: "RunSteered" }]);
  });

  test.each([
    null,
    7,
    "text",
    [],
    { type: "message" },
    { type: "message", message: null },
    { type: "message", message: { role: "assistant" } },
  ])("a session entry like %j harms nothing", (value) => {
    const e = makeRecorder();
    const view = fold(
      e("SessionEntryRecorded", { entry: value, blobs: {} }),
      e("NoticeGiven", { text: "x" }),
    );
    expect(kinds(view).at(-1)).toBe("line");
  });

  test("an answer of the agent without text leaves no empty card", () => {
    const e = makeCheckedRecorder();
    const view = fold(e("SessionEntryRecorded", assistant("a", [{ type: "text", text: "  " }])));
    expect(kinds(view)).toEqual([]);
  });
});
