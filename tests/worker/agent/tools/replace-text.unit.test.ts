import { expect, test } from "vitest";
import { replaceText } from "../../../../worker/agent/tools/replace-text.ts";

const edits = (...pairs: [string, string][]) => pairs.map(([oldText, newText]) => ({ oldText, newText }));

test("all edits are made against the text as it was", () => {
  expect(replaceText("a b c", edits(["c", "a"], ["a", "c"]), "f")).toBe("c b a");
});

test("line ends of the file stay as they are", () => {
  expect(replaceText("one\r\ntwo\r\n", edits(["one\ntwo", "1\n2"]), "f")).toBe("1\r\n2\r\n");
  expect(replaceText("one\r\ntwo\nthree", edits(["two", "2"]), "f")).toBe("one\r\n2\nthree");
});

test("what is $ and & in a replacement stays what it is", () => {
  expect(replaceText("x = 1", edits(["1", "$& $1 $$"]), "f")).toBe("x = $& $1 $$");
});

test("a text that is not there is refused with what to do", () => {
  expect(() => replaceText("abc", edits(["xyz", ""]), "src/f.ts")).toThrow(
    /not in src\/f\.ts: "xyz"\. Read the file/,
  );
});

test("a text that is there twice is refused with its lines", () => {
  expect(() => replaceText("a\nb\na\n", edits(["a", "c"]), "f")).toThrow(/lines 1 and 3/);
});

test("edits that overlap, or change nothing, are refused", () => {
  expect(() => replaceText("abcd", edits(["abc", "x"], ["cd", "y"]), "f")).toThrow(/overlap/);
  expect(() => replaceText("abcd", edits(["abc", "abc"]), "f")).toThrow(/change nothing/);
});
