import { describe, expect, test } from "vitest";
import { applyEvents, applyPieces } from "../../../ui/apply-event.ts";
import { joinPiece, type Piece } from "../../../ui/fold/pieces.ts";
import { emptyView, type RunView } from "../../../ui/fold/run-view.ts";
import {
  assistant,
  callFinished,
  makeCheckedRecorder,
  requested,
  toolFinished,
  USAGE,
  uuid,
} from "../support/recorded.ts";

const AT = "2026-11-23T10:00:00.000Z";
const CALL = uuid(1);
const piece = (offset: number, text: string, more: Partial<Piece> = {}): Piece => ({
  messageId: CALL,
  part: "text",
  offset,
  text,
  ...more,
});
const texts = (view: RunView) =>
  view.order.flatMap((id) => {
    const card = view.cards.get(id);
    return card?.kind === "text" || card?.kind === "thinking" ? [[card.kind, card.text, card.writing]] : [];
  });

describe("joining pieces", () => {
  test.each<[string, Piece[], string]>([
    ["in order", [piece(0, "ab"), piece(2, "cd")], "abcd"],
    ["twice", [piece(0, "ab"), piece(0, "ab"), piece(2, "cd"), piece(2, "cd")], "abcd"],
    ["overlapping", [piece(0, "abc"), piece(1, "bcde")], "abcde"],
    ["an old one late", [piece(0, "ab"), piece(2, "cd"), piece(0, "ab")], "abcd"],
  ])("%s", (_name, pieces, expected) => {
    const joined = pieces.reduce<ReturnType<typeof joinPiece> | undefined>(joinPiece, undefined);
    expect(joined).toMatchObject({ start: 0, text: expected });
  });

  test("after a hole the text starts again from there", () => {
    expect(joinPiece(joinPiece(undefined, piece(0, "ab")), piece(9, "xy"))).toMatchObject({
      start: 9,
      text: "xy",
    });
  });

  test("another message starts anew", () => {
    const joined = joinPiece(joinPiece(undefined, piece(0, "ab")), piece(0, "z", { messageId: "other" }));
    expect(joined).toMatchObject({ text: "z", messageId: "other" });
  });
});

describe("what is being written", () => {
  test("shows at once, thinking before text", () => {
    const view = applyPieces(
      emptyView,
      [piece(0, "Hm", { part: "thinking" }), piece(0, "I "), piece(2, "go")],
      AT,
    );
    expect(texts(view)).toEqual([
      ["thinking", "Hm", true],
      ["text", "I go", true],
    ]);
  });

  test("a text whose beginning was missed says so", () => {
    expect(texts(applyPieces(emptyView, [piece(40, "the rest")], AT))).toEqual([
      ["text", "… the rest", true],
    ]);
  });

  test("the stored message takes the place of its pieces, under the same card", () => {
    const e = makeCheckedRecorder();
    const writing = applyPieces(emptyView, [piece(0, "I go")], AT);
    const stored = applyEvents(writing, [
      e("SessionEntryRecorded", assistant("a", [{ type: "text", text: "I go on." }])),
    ]);
    expect(stored.order).toEqual(writing.order);
    expect(texts(stored)).toEqual([["text", "I go on.", false]]);
  });

  test("late pieces of a stored message are ignored", () => {
    const e = makeCheckedRecorder();
    const stored = applyEvents(applyPieces(emptyView, [piece(0, "I go")], AT), [
      e("SessionEntryRecorded", assistant("a", [{ type: "text", text: "I go on." }])),
    ]);
    expect(texts(applyPieces(stored, [piece(4, " on.")], AT))).toEqual([["text", "I go on.", false]]);
  });

  test("pieces that come only after their call has finished are ignored", () => {
    const e = makeCheckedRecorder();
    const view = applyEvents(emptyView, [
      e("LlmCallIntended", { callId: CALL, model: "demo/rehearsal", messages: 1 }),
      e("SessionEntryRecorded", assistant("a", [{ type: "text", text: "Whole." }])),
      e("LlmCallFinished", callFinished(CALL)),
    ]);
    expect(texts(applyPieces(view, [piece(0, "Whole.")], AT))).toEqual([["text", "Whole.", false]]);
  });

  test("a message that was given up goes when another one writes", () => {
    const first = applyPieces(emptyView, [piece(0, "Hm", { part: "thinking" }), piece(0, "Old")], AT);
    const second = applyPieces(first, [piece(0, "New", { messageId: "again" })], AT);
    expect(texts(second)).toEqual([["text", "New", true]]);
  });

  test("with pieces or without, the stored run is the same", () => {
    const e = makeCheckedRecorder();
    const events = [
      e("RunRequested", requested),
      e(
        "SessionEntryRecorded",
        assistant("a", [
          { type: "thinking", thinking: "Hm" },
          { type: "text", text: "One" },
        ]),
      ),
      e("SessionEntryRecorded", assistant("b", [{ type: "text", text: "Two" }])),
    ];
    let watched = emptyView;
    for (const [index, event] of events.entries()) {
      watched = applyPieces(watched, [piece(0, "half", { messageId: `m${index}` })], AT);
      watched = applyEvents(watched, [event]);
    }
    const plain = applyEvents(emptyView, events);
    expect(texts(watched)).toEqual(texts(plain));
    expect([...watched.order].sort()).toEqual([...plain.order].sort());
  });

  test("at the end of the run nothing is being written any more", () => {
    const e = makeCheckedRecorder();
    const view = applyEvents(applyPieces(emptyView, [piece(0, "half")], AT), [
      e("RunAborted", { reason: "", usage: USAGE, durationMs: 1 }),
    ]);
    expect(texts(view)).toEqual([["text", "half", false]]);
  });
});

describe("output of a command", () => {
  const output = (offset: number, text: string) => piece(offset, text, { part: "output", messageId: "c1" });
  const shown = (view: RunView) => {
    const card = view.cards.get("tool:c1");
    return card?.kind === "command" ? card.call.output : null;
  };

  test("grows while it runs, and the stored output replaces it", () => {
    const e = makeCheckedRecorder();
    const started = applyEvents(emptyView, [
      e("ToolCallStarted", { toolCallId: "c1", tool: "bash", args: {} }),
    ]);
    const running = applyPieces(started, [output(0, "1 "), output(2, "2 ")], AT);
    expect(shown(running)).toBe("1 2 ");
    const ended = applyEvents(running, [
      e("ToolCallFinished", toolFinished("c1", "bash", { output: "1 2 3" })),
    ]);
    expect(shown(ended)).toBe("1 2 3");
    expect(shown(applyPieces(ended, [output(4, "late")], AT))).toBe("1 2 3");
  });

  test("of a call that nobody has heard of shows nowhere", () => {
    const view = applyPieces(emptyView, [output(0, "x")], AT);
    expect(view.order).toEqual([]);
  });
});
