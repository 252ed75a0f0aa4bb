import type { Api, AssistantMessage, Model } from "@earendil-works/pi-ai";
import { costMicrodollars, type TokenUsage } from "../../../core/money.ts";
import type { TranscriptEvent } from "../../../core/transcript/events.ts";
import { priceOf, refOf } from "../../models/catalogue.ts";
import { shorten } from "../recording/clean.ts";

type Finished = Extract<TranscriptEvent, { type: "LlmCallFinished" }>;
type Call = { callId: string; firstTokenMs: number | null; durationMs: number };

/** What one call to a model used and cost: tokens times today's price, both kept in the event. */
export function finishedCall(model: Model<Api>, message: AssistantMessage, call: Call): Finished {
  const usage = tokensOf(message);
  const price = priceOf(model, usage);
  return {
    type: "LlmCallFinished",
    data: {
      callId: call.callId,
      model: refOf(model),
      inputTokens: usage.input,
      outputTokens: usage.output,
      cacheReadTokens: usage.cacheRead,
      cacheWriteTokens: usage.cacheWrite,
      price,
      costMicrodollars: price ? costMicrodollars(usage, price) : null,
      stopReason: message.stopReason.slice(0, 50),
      error: message.errorMessage === undefined ? null : shorten(message.errorMessage, 2_000),
      timeToFirstTokenMs: call.firstTokenMs,
      durationMs: call.durationMs,
    },
  };
}

/** Providers' counts as whole numbers that are not negative: what they send is not ours to trust. */
export function tokensOf(message: { usage: TokenUsage }): TokenUsage {
  const { input, output, cacheRead, cacheWrite } = message.usage;
  return {
    input: whole(input),
    output: whole(output),
    cacheRead: whole(cacheRead),
    cacheWrite: whole(cacheWrite),
  };
}

function whole(count: number): number {
  return Number.isFinite(count) && count > 0 ? Math.min(Math.round(count), 1_000_000_000) : 0;
}
