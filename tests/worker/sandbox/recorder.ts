import { checkExchange, type Exchange } from "./api/check-exchange.ts";

/** Watches what this process says to a sandbox server, by way of fetch, and holds it against the API's documents. */
export type Recorder = {
  /** Waits for what is under way and answers everything that was wrong. */
  problems(): Promise<string[]>;
  readonly count: number;
  /** Streams are copied to be read: not wanted where one has a gigabyte. */
  streams: boolean;
  stop(): void;
};

export function recordExchanges(url: string): Recorder {
  const original = globalThis.fetch;
  const pending: Promise<string[]>[] = [];
  const recorder: Recorder = {
    streams: true,
    get count() {
      return pending.length;
    },
    problems: async () => (await Promise.all(pending)).flat(),
    stop() {
      globalThis.fetch = original;
    },
  };
  const recording = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request ? input : null;
    const target = new URL(request ? request.url : String(input));
    if (!target.href.startsWith(url)) return original(input, init);
    const method = init?.method ?? request?.method ?? "GET";
    const sent = request ? await request.clone().text() : typeof init?.body === "string" ? init.body : "";
    const response = await original(input, init);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    if (isStream && !recorder.streams) return response;
    const copy = response.clone();
    pending.push(
      check({ method, target, sent }, copy).catch((thrown: unknown) =>
        isCut(thrown) ? [] : [`${method} ${target.pathname}: ${thrown}`],
      ),
    );
    return response;
  };
  globalThis.fetch = Object.assign(recording, { preconnect: original.preconnect });
  return recorder;
}

async function check(
  asked: { method: string; target: URL; sent: string },
  response: Response,
): Promise<string[]> {
  const { pathname, searchParams } = asked.target;
  const lifecycle = pathname.match(/^\/v1(\/.*)$/)?.[1];
  const execd = pathname.match(/^\/sandboxes\/[^/]+\/port\/\d+(\/.*)$/)?.[1];
  const path = lifecycle ?? execd;
  if (!path) return [`${pathname} is in neither document`];
  const contentType = response.headers.get("content-type") ?? "";
  const exchange: Exchange = {
    api: lifecycle ? "lifecycle" : "execd",
    method: asked.method,
    path,
    query: searchParams,
    requestJson:
      asked.sent.startsWith("{") || asked.sent.startsWith("[") ? JSON.parse(asked.sent) : undefined,
    status: response.status,
    contentType,
    answer: await readAnswer(response, contentType),
  };
  return checkExchange(exchange);
}

async function readAnswer(response: Response, contentType: string): Promise<unknown> {
  if (contentType.startsWith("application/json")) return response.json();
  if (!contentType.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return null;
  }
  const text = await response.text();
  return text
    .split("\n\n")
    .filter(Boolean)
    .map((event) => JSON.parse(event));
}

/** A stream that the test or the end of a box cut off cannot be held against anything. */
function isCut(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return thrown.name === "AbortError" || ("code" in thrown && thrown.code === "ECONNRESET");
}
