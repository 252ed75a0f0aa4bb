import { randomUUID } from "node:crypto";
import type { StreamFn } from "@earendil-works/pi-agent-core";
import {
  type Api,
  type AssistantMessage,
  type AssistantMessageEvent,
  type AssistantMessageEventStream,
  createAssistantMessageEventStream,
  type Model,
} from "@earendil-works/pi-ai";
import { messageOf } from "../../../core/errors.ts";
import { refOf } from "../../models/catalogue.ts";
import type { Deltas } from "../recording/deltas.ts";
import type { Recorder } from "../recording/record.ts";
import { finishedCall } from "./finished-call.ts";
import { presentable } from "./presentable.ts";
import type { CallUsage } from "./usage.ts";

/** A provider that was told to stop may still give the usage of what it wrote; then its answer is not waited for. */
const ABORT_GRACE_MS = 1_000;

type StreamOptions = {
  recorder: Recorder;
  deltas: Deltas;
  scrub(text: string): string;
  idleTimeoutMs: number;
  /** Set: no model is asked any more, and this is why. */
  stopped(): string | null;
  /** Only the session's own calls are shown as they are written, not the summaries of its history. */
  sessionId: string;
  /** Ids of tool calls so far: providers repeat them, the log may not. */
  toolCallIds: Set<string>;
  onCall(call: CallUsage): void;
};

/**
 * The one place through which every call to a model goes, compaction's too. Each is recorded before it is made and
 * after it ended, nothing it gave is passed on before that is durable, and silence ends it after `idleTimeoutMs`.
 */
export function recordedStream(inner: StreamFn, options: StreamOptions): StreamFn {
  return async (model, context, callOptions) => {
    const stopped = options.stopped();
    if (stopped) return failedStream(model, stopped);
    const callId = randomUUID();
    const { recorder } = options;
    recorder.add({
      type: "LlmCallIntended",
      data: { callId, model: refOf(model), messages: context.messages.length },
    });
    await recorder.flush();
    if (recorder.failure() !== null) return failedStream(model, "The run is no longer recorded here.");
    const silence = new AbortController();
    const given = callOptions?.signal;
    const signal = given ? AbortSignal.any([given, silence.signal]) : silence.signal;
    const out = createAssistantMessageEventStream();
    const shown = callOptions?.sessionId === options.sessionId;
    const call = { callId, model, out, options, silence, shown, started: performance.now(), aborted: given };
    relay(call, () => inner(model, context, { ...callOptions, signal })).catch((thrown: unknown) =>
      push(out, { ...emptyMessage(model), errorMessage: options.scrub(messageOf(thrown)) }),
    );
    return out;
  };
}

type Relay = {
  callId: string;
  model: Model<Api>;
  out: AssistantMessageEventStream;
  options: StreamOptions;
  silence: AbortController;
  shown: boolean;
  started: number;
  aborted: AbortSignal | undefined;
};
type Open = () => AssistantMessageEventStream | Promise<AssistantMessageEventStream>;

async function relay(call: Relay, open: Open): Promise<void> {
  const seen: { partial: AssistantMessage | null; firstTokenMs: number | null } = {
    partial: null,
    firstTokenMs: null,
  };
  let final: AssistantMessage | null = null;
  let problem = "";
  try {
    const iterator = (await open())[Symbol.asyncIterator]();
    while (final === null) {
      const next = await nextEvent(iterator, call);
      if (next === "silent" || next === "aborted") {
        problem = next === "silent" ? silenceSentence(call) : "The request was aborted.";
        break;
      }
      if (next.done) break;
      final = finalOf(next.value);
      if (!final) pass(next.value, call, seen);
    }
  } catch (thrown) {
    problem = messageOf(thrown);
  }
  call.silence.abort();
  const ended =
    final ?? unfinished(call, seen.partial, problem || "The stream ended without a usable answer.");
  await finish(call, ended, seen.firstTokenMs);
}

function silenceSentence(call: Relay): string {
  return `The request timed out: the model sent nothing for ${call.options.idleTimeoutMs} ms.`;
}

function finalOf(event: AssistantMessageEvent): AssistantMessage | null {
  if (event.type === "done") return event.message;
  return event.type === "error" ? event.error : null;
}

function pass(
  event: AssistantMessageEvent,
  call: Relay,
  seen: { partial: AssistantMessage | null; firstTokenMs: number | null },
): void {
  if (event.type === "done" || event.type === "error") return;
  seen.partial = event.partial;
  if (event.type.endsWith("_delta")) seen.firstTokenMs ??= Math.round(performance.now() - call.started);
  if (call.shown && event.type === "text_delta") call.options.deltas.piece(call.callId, "text", event.delta);
  if (call.shown && event.type === "thinking_delta")
    call.options.deltas.piece(call.callId, "thinking", event.delta);
  call.out.push(event);
}

async function finish(call: Relay, ended: AssistantMessage, firstTokenMs: number | null): Promise<void> {
  const { options, out } = call;
  const message = presentable(ended, options);
  options.deltas.end(call.callId);
  const durationMs = Math.round(performance.now() - call.started);
  const event = finishedCall(call.model, message, { callId: call.callId, firstTokenMs, durationMs });
  options.recorder.add(event);
  options.onCall({ usage: message.usage, costMicrodollars: event.data.costMicrodollars });
  await options.recorder.flush();
  push(out, message);
}

function push(out: AssistantMessageEventStream, message: AssistantMessage): void {
  const { stopReason } = message;
  if (stopReason === "error" || stopReason === "aborted")
    out.push({ type: "error", reason: stopReason, error: message });
  else out.push({ type: "done", reason: stopReason === "pending" ? "stop" : stopReason, message });
  out.end();
}

type Next = IteratorResult<AssistantMessageEvent> | "silent" | "aborted";

/** The next event, or why there is none: nothing came for too long, or the run was aborted and its grace is over. */
function nextEvent(iterator: AsyncIterator<AssistantMessageEvent>, call: Relay): Promise<Next> {
  const { aborted, options } = call;
  return new Promise<Next>((resolve, reject) => {
    let grace: ReturnType<typeof setTimeout> | undefined;
    const onAbort = () => {
      grace = setTimeout(() => end(() => resolve("aborted")), ABORT_GRACE_MS);
    };
    const idle = setTimeout(() => end(() => resolve("silent")), options.idleTimeoutMs);
    function end(settle: () => void): void {
      clearTimeout(idle);
      clearTimeout(grace);
      aborted?.removeEventListener("abort", onAbort);
      settle();
    }
    if (aborted?.aborted) onAbort();
    else aborted?.addEventListener("abort", onAbort, { once: true });
    iterator.next().then(
      (next) => end(() => resolve(next)),
      (thrown) => end(() => reject(thrown)),
    );
  });
}

function unfinished(call: Relay, partial: AssistantMessage | null, problem: string): AssistantMessage {
  const aborted = call.aborted?.aborted === true;
  const message = partial ?? emptyMessage(call.model);
  return { ...message, stopReason: aborted ? "aborted" : "error", errorMessage: problem };
}

function emptyMessage(model: Model<Api>): AssistantMessage {
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 };
  return {
    role: "assistant",
    content: [],
    api: model.api,
    provider: model.provider,
    model: model.id,
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, totalTokens: 0, cost },
    stopReason: "error",
    timestamp: Date.now(),
  };
}

/** The library's way to say no: a stream whose only event is the error. */
function failedStream(model: Model<Api>, errorMessage: string): AssistantMessageEventStream {
  const out = createAssistantMessageEventStream();
  push(out, { ...emptyMessage(model), errorMessage });
  return out;
}
