import type { Api, Model } from "@earendil-works/pi-ai";
import * as z from "zod";
import { addTokens, costMicrodollars, NO_TOKENS, type TokenUsage } from "../../../core/money.ts";
import type { UsageTotals } from "../../../core/run/events.ts";
import { priceOf } from "../../models/catalogue.ts";
import { tokensOf } from "./finished-call.ts";

export type CallUsage = { usage: TokenUsage; costMicrodollars: number | null };
export type Usage = { add(call: CallUsage): void; totals(): UsageTotals };

const tokens = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
});
/** Where a stored entry keeps what a call used: an answer in its message, a summary of the history in itself. */
const usedSchema = z.union([
  z.object({ message: z.object({ usage: tokens }) }).transform(({ message }) => message.usage),
  z.object({ usage: tokens }).transform(({ usage }) => usage),
]);

/** What the run used so far: by the entries of an earlier holder, and by each call since. */
export function makeUsage(model: Model<Api>, entries: readonly unknown[]): Usage {
  let used = NO_TOKENS;
  let cost = 0;
  for (const entry of entries) {
    const found = usedSchema.safeParse(entry);
    if (!found.success) continue;
    const usage = tokensOf({ usage: found.data });
    const price = priceOf(model, usage);
    used = addTokens(used, usage);
    cost += price ? costMicrodollars(usage, price) : 0;
  }
  const priced = priceOf(model, NO_TOKENS) !== null;
  return {
    add(call) {
      used = addTokens(used, call.usage);
      cost += call.costMicrodollars ?? 0;
    },
    totals: () => ({
      inputTokens: used.input,
      outputTokens: used.output,
      cacheReadTokens: used.cacheRead,
      cacheWriteTokens: used.cacheWrite,
      costMicrodollars: priced ? cost : null,
    }),
  };
}
