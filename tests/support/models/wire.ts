import type { ScriptedTurn } from "./scripted-turn.ts";

/** Small, so that every boundary occurs. */
const PIECE_CHARS = 7;
/** Clients read the arguments of a call anew with every piece of them: long ones come in few. */
const MAX_PIECES = 40;

/** One turn as the chunks of a streamed chat completion. */
export function openaiChunks(turn: ScriptedTurn): string[] {
  const frame = (body: object) =>
    `data: ${JSON.stringify({ id: "completion", object: "chat.completion.chunk", created: 1, model: "scripted", ...body })}\n\n`;
  const delta = (part: object, finish: string | null = null) =>
    frame({ choices: [{ index: 0, delta: part, finish_reason: finish }] });
  const calls = turn.toolCalls ?? [];
  const { input = 10, output = 5, cached = 0 } = turn.usage ?? {};
  return [
    delta({ role: "assistant", content: "" }),
    ...pieces(turn.thinking).map((text) => delta({ reasoning_content: text })),
    ...pieces(turn.text).map((text) => delta({ content: text })),
    ...calls.flatMap((call, index) => [
      delta({
        tool_calls: [
          {
            index,
            id: call.id ?? `call_${index}`,
            type: "function",
            function: { name: call.name, arguments: "" },
          },
        ],
      }),
      ...pieces(argumentsOf(call.args)).map((text) =>
        delta({ tool_calls: [{ index, function: { arguments: text } }] }),
      ),
    ]),
    delta({}, turn.finish ?? (calls.length > 0 ? "tool_calls" : "stop")),
    frame({
      choices: [],
      usage: {
        prompt_tokens: input + cached,
        completion_tokens: output,
        total_tokens: input + cached + output,
        prompt_tokens_details: { cached_tokens: cached },
      },
    }),
    "data: [DONE]\n\n",
  ];
}

/** One turn as the events of a streamed Anthropic message. */
export function anthropicChunks(turn: ScriptedTurn): string[] {
  const frame = (type: string, body: object = {}) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`;
  const calls = turn.toolCalls ?? [];
  const { input = 10, output = 5, cached = 0 } = turn.usage ?? {};
  const usage = {
    input_tokens: input,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: 0,
    output_tokens: 1,
  };
  const message = {
    id: "message",
    type: "message",
    role: "assistant",
    model: "scripted",
    content: [],
    stop_reason: null,
    usage,
  };
  const blocks = [
    ...(turn.text
      ? [
          {
            start: { type: "text", text: "" },
            deltas: pieces(turn.text).map((text) => ({ type: "text_delta", text })),
          },
        ]
      : []),
    ...calls.map((call, index) => ({
      start: { type: "tool_use", id: call.id ?? `toolu_${index}`, name: call.name, input: {} },
      deltas: pieces(argumentsOf(call.args)).map((text) => ({
        type: "input_json_delta",
        partial_json: text,
      })),
    })),
  ];
  return [
    frame("message_start", { message }),
    ...blocks.flatMap(({ start, deltas }, index) => [
      frame("content_block_start", { index, content_block: start }),
      ...deltas.map((delta) => frame("content_block_delta", { index, delta })),
      frame("content_block_stop", { index }),
    ]),
    frame("message_delta", {
      delta: { stop_reason: calls.length > 0 ? "tool_use" : "end_turn" },
      usage: { output_tokens: output },
    }),
    frame("message_stop"),
  ];
}

function argumentsOf(args: Record<string, unknown> | string): string {
  return typeof args === "string" ? args : JSON.stringify(args);
}

function pieces(text = ""): string[] {
  const found: string[] = [];
  const size = Math.max(PIECE_CHARS, Math.ceil(text.length / MAX_PIECES));
  for (let start = 0; start < text.length; start += size) found.push(text.slice(start, start + size));
  return found;
}
