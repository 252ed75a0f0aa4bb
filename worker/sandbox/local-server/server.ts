import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiError, notImplemented, sendError } from "./answers.ts";
import type { Boxes } from "./box/boxes.ts";
import { LIMITS } from "./config.ts";
import { execdRoute } from "./execd-routes.ts";
import { lifecycleRoute, unknownBox } from "./lifecycle-routes.ts";

const EXECD_PORT = 44_772;
const HEADER_BYTES = 16 * 1024;
/** An upload may take this long to come in. */
const REQUEST_TIMEOUT_MS = 3_600_000;

/** Listens on 127.0.0.1 only, on a free port. Every request needs the key and names this server as its Host. */
export async function listen(boxes: Boxes, apiKey: string): Promise<{ url: string; server: Server }> {
  const expected = digest(apiKey);
  const server = createServer({ maxHeaderSize: HEADER_BYTES }, (request, response) => {
    void answer({ boxes, expected, authority: authorityOf(server) }, request, response);
  });
  server.maxConnections = LIMITS.connections;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  // A client may use a connection again at any time: closing idle ones makes it lose requests.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return { url: `http://${authorityOf(server)}`, server };
}

type Context = { boxes: Boxes; expected: Buffer; authority: string };

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader("x-request-id", randomUUID());
  response.on("error", () => undefined);
  try {
    refuseForeigners(context, request);
    await route(context, request, response);
  } catch (thrown) {
    sendError(response, thrown);
  }
}

/** A page in a browser can reach 127.0.0.1 under a name of its own: the name is in Host. */
function refuseForeigners({ authority, expected }: Context, request: IncomingMessage): void {
  if (request.headers.host !== authority) {
    throw new ApiError(403, "FORBIDDEN_HOST", `This server answers only to the Host ${authority}.`);
  }
  const key = request.headers["open-sandbox-api-key"];
  if (typeof key !== "string")
    throw new ApiError(401, "MISSING_API_KEY", "The header OPEN-SANDBOX-API-KEY is missing.");
  if (!timingSafeEqual(digest(key), expected))
    throw new ApiError(401, "INVALID_API_KEY", "The API key is wrong.");
}

async function route(
  { boxes, authority }: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = parseUrl(request.url ?? "", authority);
  const query = url.searchParams;
  const lifecycle = url.pathname.match(/^\/v1(\/.*)$/)?.[1];
  if (lifecycle) return lifecycleRoute({ boxes, path: lifecycle, query, request, response, authority });
  const [, id = "", port = "", path = "/"] =
    url.pathname.match(/^\/sandboxes\/([\w-]+)\/port\/(\d{1,5})(\/.*)?$/) ?? [];
  if (!id) throw new ApiError(404, "NOT_FOUND", `There is no ${url.pathname}.`);
  const entry = boxes.get(id);
  if (!entry) throw unknownBox(id);
  if (Number(port) !== EXECD_PORT) throw notImplemented(`way to port ${port} of a box`);
  return execdRoute({ entry, path, query, request, response });
}

function parseUrl(text: string, authority: string): URL {
  const url = URL.parse(text, `http://${authority}`);
  if (!url || url.host !== authority)
    throw new ApiError(400, "INVALID_REQUEST", "The request's address makes no sense.");
  return url;
}

function authorityOf(server: Server): string {
  return `127.0.0.1:${portOf(server.address())}`;
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === "object" && address ? address.port : 0;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
