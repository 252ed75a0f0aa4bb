import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { messageOf } from "../../core/errors.ts";
import { type ChatRequest, requestSchema } from "./conversation.ts";
import { nextTurn } from "./rehearsal.ts";
import type { Turn } from "./script.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const CHARS_PER_TOKEN = 4;
/** Pieces of text that are written at a time. */
const WORDS_PER_PIECE = 2;

export type Rehearsal = { baseUrl: string; key: string; close(): Promise<void> };

/** Serves the rehearsal on a free port of loopback to whoever has the key. It does not keep the process alive. */
export async function startRehearsal({ paceMs }: { paceMs: number }): Promise<Rehearsal> {
  const key = randomBytes(24).toString("base64url");
  const server = createServer((request, response) => {
    answer(request, response, { key, paceMs }).catch((thrown) => refuse(response, 500, messageOf(thrown)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  server.unref();
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    key,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Options = { key: string; paceMs: number };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { key, paceMs }: Options,
): Promise<void> {
  if (!hasKey(request, key)) return refuse(response, 401, "This is the rehearsal of another worker.");
  if (request.method !== "POST" || request.url !== "/v1/chat/completions")
    return refuse(response, 404, "There is only /v1/chat/completions here.");
  const body = await readBody(request);
  if (body === null) return refuse(response, 413, "The request is too large.");
  const parsed = requestSchema.safeParse(JSON.parse(body));
  if (!parsed.success) return refuse(response, 400, "The request is no chat completion.");
  await writeTurn(response, parsed.data, { turn: nextTurn(parsed.data), promptChars: body.length, paceMs });
}

function hasKey(request: IncomingMessage, key: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${key}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    const bytes = Buffer.from(piece);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return null;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message } }));
}

type Written = { turn: Turn; promptChars: number; paceMs: number };

async function writeTurn(
  response: ServerResponse,
  request: ChatRequest,
  { turn, promptChars, paceMs }: Written,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const send = (chunk: object) =>
    response.write(
      `data: ${JSON.stringify({ id: "rehearsal", object: "chat.completion.chunk", created: 0, model: request.model ?? "rehearsal", ...chunk })}\n\n`,
    );
  const delta = (part: object, finish: string | null = null) =>
    send({ choices: [{ index: 0, delta: part, finish_reason: finish }] });
  delta({ role: "assistant", content: "" });
  for (const content of piecesOf(turn.text)) {
    if (response.destroyed) return;
    delta({ content });
    await pause(paceMs);
  }
  let writtenChars = turn.text.length;
  for (const [index, { id, name, args }] of turn.calls.entries()) {
    const text = JSON.stringify(args);
    writtenChars += text.length;
    delta({ tool_calls: [{ index, id, type: "function", function: { name, arguments: text } }] });
    await pause(paceMs);
  }
  delta({}, turn.calls.length > 0 ? "tool_calls" : "stop");
  const usage = { prompt_tokens: tokens(promptChars), completion_tokens: tokens(writtenChars) };
  send({ choices: [], usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens } });
  response.end("data: [DONE]\n\n");
}

function piecesOf(text: string): string[] {
  return (
    text.match(new RegExp(`(?:\\S*\\s*){1,${WORDS_PER_PIECE}}`, "g"))?.filter((piece) => piece !== "") ?? []
  );
}

function tokens(chars: number): number {
  return Math.ceil(chars / CHARS_PER_TOKEN);
}

function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
