import { describe, expect, it } from "vitest";
import { addTokens, costMicrodollars, NO_TOKENS } from "../../core/money.ts";

const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

describe("costMicrodollars", () => {
  it("is tokens times dollars per million tokens", () => {
    const usage = { input: 1_000, output: 200, cacheRead: 10_000, cacheWrite: 400 };
    expect(costMicrodollars(usage, price)).toBe(3_000 + 3_000 + 3_000 + 1_500);
  });

  it("is rounded once, at the end, half up", () => {
    expect(costMicrodollars({ input: 0, output: 0, cacheRead: 1, cacheWrite: 0 }, price)).toBe(0);
    expect(costMicrodollars({ input: 0, output: 0, cacheRead: 5, cacheWrite: 0 }, price)).toBe(2);
    expect(
      costMicrodollars({ ...NO_TOKENS, input: 1, output: 1 }, { ...price, input: 0.25, output: 0.25 }),
    ).toBe(1);
  });

  it("of nothing is nothing, and always a whole number", () => {
    expect(costMicrodollars(NO_TOKENS, price)).toBe(0);
    expect(Number.isSafeInteger(costMicrodollars({ ...NO_TOKENS, input: 123_456_789 }, price))).toBe(true);
  });
});

describe("addTokens", () => {
  it("adds each kind by itself", () => {
    const a = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 };
    expect(addTokens(a, { input: 10, output: 20, cacheRead: 30, cacheWrite: 40 })).toEqual({
      input: 11,
      output: 22,
      cacheRead: 33,
      cacheWrite: 44,
    });
    expect(addTokens(NO_TOKENS, a)).toEqual(a);
  });
});
