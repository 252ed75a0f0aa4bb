import { describe, expect, test } from "vitest";
import { makeBlocks } from "../../../ui/markdown/blocks.ts";

const html = (text: string, writing = false) =>
  makeBlocks()(text, writing)
    .map((block) => block.html)
    .join("\n");
const LONG =
  "# One\n\nTwo **three**\n\n- a\n- b\n\n```ts\nconst x = 1;\n```\n\nThe `end`, [a link](https://example.com).";

describe("a message", () => {
  test("becomes blocks, code apart", () => {
    const blocks = makeBlocks()(LONG, false);
    expect(blocks.map((block) => block.code)).toEqual([
      null,
      null,
      null,
      { text: "const x = 1;", language: "typescript" },
      null,
    ]);
  });

  test("growing by every length ends as it does in one go, with the same keys", () => {
    const update = makeBlocks();
    for (let length = 1; length < LONG.length; length += 1) update(LONG.slice(0, length), true);
    expect(update(LONG, false)).toEqual(makeBlocks()(LONG, false));
  });

  test("finished blocks are kept as they are while the rest grows", () => {
    const update = makeBlocks();
    const before = update(LONG.slice(0, 60), true);
    const after = update(LONG, true);
    expect(after[0]).toBe(before[0]);
  });

  test("a text that is replaced starts again", () => {
    const update = makeBlocks();
    update("One\n\nTwo\n\nThree\n\nFour", true);
    expect(update("Else", false)).toEqual(makeBlocks()("Else", false));
  });

  test("open marks are closed for the eye while it is being written", () => {
    expect(html("This is **bo", true)).toContain("<strong>bo</strong>");
    expect(html("This is **bo")).not.toContain("<strong>");
  });
});

describe("what an agent may not do", () => {
  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a <b onclick=alert(1)>b</b>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](javascript:alert(1))",
    "<svg><script>alert(1)</script></svg>",
  ])("%s stays text", (text) => {
    const made = document.createElement("div");
    made.innerHTML = html(text);
    expect(made.querySelectorAll("script, img, svg, iframe, [onclick], [onerror]")).toHaveLength(0);
    for (const link of made.querySelectorAll("a")) expect(link.protocol).toMatch(/^https?:|mailto:/);
  });

  test("images become links, and links open apart", () => {
    expect(html("![a cat](https://example.com/cat.png)")).toContain(
      '<a href="https://example.com/cat.png" target="_blank" rel="noopener noreferrer">a cat</a>',
    );
  });

  test("addresses within the page are no links", () => {
    expect(html("[x](/o/other/settings)")).not.toContain("<a");
  });
});
