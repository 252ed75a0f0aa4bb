import { expect, test } from "vitest";
import { makeOutputBuffer } from "../../../worker/sandbox/output-buffer.ts";

function filled(maxBytes: number, pieces: readonly string[]) {
  const buffer = makeOutputBuffer(maxBytes);
  for (const piece of pieces) buffer.add(piece);
  return buffer;
}

test("what fits is kept whole, to the last byte", () => {
  expect(filled(10, ["01234", "56789"]).text()).toBe("0123456789");
  expect(filled(10, ["0123456789"]).text()).toBe("0123456789");
  expect(filled(10, []).text()).toBe("");
});

test("what does not fit is left out in the middle, and counted", () => {
  const buffer = filled(10, ["abcdefgh", "ijklmnop", "qrst"]);
  expect(buffer.text()).toBe("abcde\n[… 10 bytes left out …]\npqrst");
  expect(buffer.bytes).toBe(20);
});

test("many small pieces give what one large one gives", () => {
  const text = Array.from({ length: 1_000 }, (_, index) => `${index} `).join("");
  expect(filled(100, [...text]).text()).toBe(filled(100, [text]).text());
});

test("no character is cut in two", () => {
  const { text } = filled(11, ["€€€€€€€€€€"]);
  expect(text()).toBe("€\n[… 24 bytes left out …]\n€");
  expect(filled(10, ["😀😀😀😀😀"]).text().isWellFormed()).toBe(true);
});

test("memory stays bounded however much comes", () => {
  const buffer = makeOutputBuffer(1_000);
  const piece = "x".repeat(999);
  for (let count = 0; count < 10_000; count++) buffer.add(piece);
  expect(buffer.bytes).toBe(9_990_000);
  expect(buffer.text().length).toBeLessThan(1_100);
});
