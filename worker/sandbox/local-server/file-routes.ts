import { once } from "node:events";
import * as z from "zod";
import { ApiError, invalid, readJson, sendJson, sendNothing } from "./answers.ts";
import { askFiles, openRead, openWrite } from "./box/file-channel.ts";
import { LIMITS } from "./config.ts";
import type { Exchange } from "./exchange.ts";
import type { FileAsk } from "./in-box/protocol.ts";
import { readUpload, uploadBoundary } from "./multipart.ts";

const path = z.string().min(1).max(4_096);
const permission = z.object({
  owner: z.string().optional(),
  group: z.string().optional(),
  mode: z.number().int().optional(),
});
const permissions = z.record(path, permission).transform(withoutUndefined);
const moves = z
  .array(z.object({ src: path, dest: path }))
  .min(1)
  .max(LIMITS.pathsPerRequest);
const replacements = z.record(path, z.object({ old: z.string().min(1), new: z.string() }));

/** Everything about files happens inside the box: this side only checks shapes and bounds sizes. */
export async function fileRoute(exchange: Exchange): Promise<void> {
  const { request, response, path: url, query } = exchange;
  const ask = async (value: FileAsk): Promise<unknown> => askFiles(exchange.entry.box.channel, value);
  const done = async (value: FileAsk): Promise<void> => {
    await ask(value);
    sendNothing(response, 200);
  };
  const json = async (value: FileAsk): Promise<void> => sendJson(response, 200, await ask(value));
  const body = <S extends z.ZodType>(schema: S) => readJson(request, schema, LIMITS.jsonBytes);
  switch (`${request.method} ${url}`) {
    case "GET /files/info":
      return json({ op: "info", paths: pathsOf(query) });
    case "GET /directories/list":
      return json({ op: "list", path: onePath(query), depth: depthOf(query) });
    case "GET /files/search":
      return json({ op: "search", path: onePath(query), pattern: query.get("pattern") ?? "**" });
    case "GET /files/download":
      return download(exchange);
    case "POST /files/upload":
      return upload(exchange);
    case "POST /files/replace":
      return query.get("verbose") === "true"
        ? json({ op: "replace", items: await body(replacements) })
        : done({ op: "replace", items: await body(replacements) });
    case "POST /files/mv":
      return done({ op: "move", items: await body(moves) });
    case "POST /files/permissions":
      return done({ op: "permissions", items: await body(permissions) });
    case "POST /directories":
      return done({ op: "makeFolders", items: await body(permissions) });
    case "DELETE /files":
      return done({ op: "removeFiles", paths: pathsOf(query) });
    case "DELETE /directories":
      return done({ op: "removeFolders", paths: pathsOf(query) });
    case "GET /metrics":
      return json({ op: "metrics" });
    default:
      throw new ApiError(404, "NOT_FOUND", `There is no ${request.method} ${url}.`);
  }
}

async function download({ entry, request, response, query }: Exchange): Promise<void> {
  const range = rangeOf(request.headers.range);
  const name = onePath(query);
  const file = await openRead(entry.box.channel, { path: name, ...range });
  const length = file.end - file.start + 1;
  response.setHeader("content-type", "application/octet-stream");
  response.setHeader("content-length", String(length));
  response.setHeader(
    "content-disposition",
    `attachment; filename*=UTF-8''${encodeURIComponent(name.split("/").pop() ?? "")}`,
  );
  if (request.headers.range)
    response.setHeader("content-range", `bytes ${file.start}-${file.end}/${file.size}`);
  response.writeHead(request.headers.range ? 206 : 200);
  const closed = once(response, "close");
  try {
    for await (const bytes of file.chunks) {
      if (response.destroyed) return;
      if (!response.write(bytes)) await Promise.race([once(response, "drain"), closed]);
    }
    response.end();
  } finally {
    file.close();
  }
}

async function upload({ entry, request, response }: Exchange): Promise<void> {
  const boundary = uploadBoundary(request.headers["content-type"]);
  const count = await readUpload(request, boundary, {
    maxBytes: LIMITS.uploadBytes,
    open: (metadata) => openWrite(entry.box.channel, metadata),
  });
  if (count === 0) throw invalid("The upload holds no file.");
  sendNothing(response, 200);
}

/** One range of bytes, as `bytes=0-99`, `bytes=100-` or `bytes=-50`; anything else counts as left out. */
function rangeOf(header: string | undefined): { start: number; end: number | null } {
  const [, first = "", last = ""] = header?.match(/^bytes=(\d*)-(\d*)$/) ?? [];
  if (first === "" && last === "") return { start: 0, end: null };
  if (first === "") return { start: -Number(last), end: null };
  return { start: Number(first), end: last === "" ? Number.MAX_SAFE_INTEGER : Number(last) };
}

function pathsOf(query: URLSearchParams): string[] {
  const paths = query.getAll("path");
  if (paths.length === 0 || paths.length > LIMITS.pathsPerRequest) {
    throw invalid(`Give 1 to ${LIMITS.pathsPerRequest} paths.`);
  }
  return paths.map(checked);
}

function onePath(query: URLSearchParams): string {
  return checked(query.get("path") ?? "");
}

function checked(text: string): string {
  const parsed = path.safeParse(text);
  if (!parsed.success) throw invalid("A path has 1 to 4096 characters.");
  return parsed.data;
}

function depthOf(query: URLSearchParams): number {
  const depth = Number(query.get("depth") ?? 1);
  if (!Number.isInteger(depth) || depth < 0) throw invalid("depth must be a whole number from 0.");
  return Math.min(depth, 64);
}

function withoutUndefined(items: Record<string, z.infer<typeof permission>>) {
  return Object.fromEntries(
    Object.entries(items).map(([name, { mode }]) => [name, mode === undefined ? {} : { mode }] as const),
  );
}
