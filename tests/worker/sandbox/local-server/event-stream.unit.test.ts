import { expect, test } from "vitest";
import { makeLines } from "../../../../worker/sandbox/local-server/event-stream.ts";

function linesOf(pieces: readonly (string | Uint8Array)[]): string[] {
  const found: string[] = [];
  const lines = makeLines((text) => found.push(text));
  for (const piece of pieces) lines.push(Buffer.from(piece));
  lines.end();
  return found;
}
/** What a client makes of events. */
const joined = (events: readonly string[]) =>
  events.map((text) => (text === "\n" ? text : `${text}\n`)).join("");

test("one event a line, an empty line as a newline, the last line without one too", () => {
  expect(linesOf(["a\nb\n\nc"])).toEqual(["a", "b", "\n", "c"]);
});

test("a line in many pieces is one event", () => {
  expect(linesOf(["a", "b", "c\nd", "\n"])).toEqual(["abc", "d"]);
});

test("bytes that are no UTF-8 become replacement characters, also at the very end", () => {
  expect(linesOf([Uint8Array.of(0xff, 10, 0xe2, 0x82)])).toEqual(["\uFFFD", "\uFFFD"]);
});

test("a flood is joined, and the client's text is the same", () => {
  const text = Array.from({ length: 500 }, (_, index) => (index % 3 ? `line ${index}` : "")).join("\n");
  const events = linesOf([`${text}\n`]);
  expect(events.length).toBeLessThan(5);
  expect(joined(events)).toBe(`${text}\n`);
});

test.each([1, 2, 63, 64, 65, 200])("%i empty lines come through", (count) => {
  expect(joined(linesOf(["\n".repeat(count)]))).toBe("\n".repeat(count));
});
