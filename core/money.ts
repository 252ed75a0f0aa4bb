/** Prices in US dollars per million tokens, as the model catalogue gives them. */
export type ModelPrice = { input: number; output: number; cacheRead: number; cacheWrite: number };

/** Tokens of one LLM call; `input` excludes what was read from or written to the cache. */
export type TokenUsage = { input: number; output: number; cacheRead: number; cacheWrite: number };

export const NO_TOKENS: TokenUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Cost in integer micro-dollars: tokens x dollars per million tokens, rounded half up once, at the end. */
export function costMicrodollars(usage: TokenUsage, price: ModelPrice): number {
  const exact =
    usage.input * price.input +
    usage.output * price.output +
    usage.cacheRead * price.cacheRead +
    usage.cacheWrite * price.cacheWrite;
  return Math.floor(exact + 0.5);
}

export function addTokens(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  };
}
