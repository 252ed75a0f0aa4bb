import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import * as z from "zod";
import type { ScriptedTurn } from "./models/scripted-turn.ts";
import { anthropicChunks, openaiChunks } from "./models/wire.ts";

export type { ScriptedTurn } from "./models/scripted-turn.ts";

export type LoggedRequest = {
  index: number;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
  messages: readonly ScriptMessage[];
};

const messageSchema = z.looseObject({
  role: z.string(),
  content: z.unknown().optional(),
  tool_calls: z.array(z.looseObject({ id: z.string() })).optional(),
  tool_call_id: z.string().optional(),
});
export type ScriptMessage = z.infer<typeof messageSchema>;
const bodySchema = z.looseObject({ messages: z.array(messageSchema).default([]) });

export type ModelServer = {
  /** Without a path: Anthropic's base URL as it is, OpenAI's with `/v1`. */
  url: string;
  requests: LoggedRequest[];
  /** Resolves when so many requests have come in. */
  received(count: number): Promise<void>;
  /** Resolves when so many clients have gone before their answer was whole. */
  abandoned(count: number): Promise<void>;
  close(): Promise<void>;
};

export type ModelScript = (request: LoggedRequest, index: number) => ScriptedTurn;

/** A model's provider on loopback that does what `script` says: both protocols, real HTTP, every request logged. */
export async function makeModelServer({ script }: { script: ModelScript }): Promise<ModelServer> {
  const requests: LoggedRequest[] = [];
  const seen = makeCounter();
  const gone = makeCounter();
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const { messages } = bodySchema.parse(JSON.parse(text));
    const path = request.url ?? "";
    const logged = { index: requests.length, path, headers: request.headers, text, messages };
    requests.push(logged);
    response.on("close", () => {
      if (!response.writableFinished) gone.up();
    });
    seen.up();
    answer(response, script(logged, logged.index), path);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    received: seen.reaches,
    abandoned: gone.reaches,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, turn: ScriptedTurn, path: string): void {
  if (turn.status !== undefined) {
    response.writeHead(turn.status, { "content-type": "application/json" });
    response.end(turn.body ?? JSON.stringify({ error: { message: `scripted ${turn.status}` } }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  if (turn.body !== undefined) {
    response.end(turn.body);
    return;
  }
  const chunks = path.includes("/messages") ? anthropicChunks(turn) : openaiChunks(turn);
  const upTo = turn.cutAfter ?? turn.hangAfter ?? chunks.length;
  for (const chunk of chunks.slice(0, upTo)) response.write(chunk);
  response.flushHeaders();
  if (turn.hangAfter !== undefined) return;
  if (turn.cutAfter !== undefined) response.destroy();
  else response.end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString("utf8");
}

function makeCounter() {
  let count = 0;
  let waiting: { count: number; resolve: () => void }[] = [];
  return {
    up() {
      count += 1;
      for (const waiter of waiting) if (waiter.count <= count) waiter.resolve();
      waiting = waiting.filter((waiter) => waiter.count > count);
    },
    reaches: (wanted: number) =>
      new Promise<void>((resolve) => {
        if (count >= wanted) resolve();
        else waiting.push({ count: wanted, resolve });
      }),
  };
}
