import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { ApiError, invalid, notImplemented, readJson, sendJson, sendNothing } from "./answers.ts";
import { type Boxes, BoxesFull, type Entry } from "./box/boxes.ts";
import { LIMITS } from "./config.ts";

export type LifecycleExchange = {
  boxes: Boxes;
  /** After /v1, without query. */
  path: string;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
  /** Host and port that this server is reached by. */
  authority: string;
};

const MIN_TIMEOUT_SECONDS = 60;
const MAX_TIMEOUT_SECONDS = 30 * 86_400;
const text = z
  .string()
  .max(4_096)
  .refine((value) => !value.includes("\0"));
const createSchema = z.object({
  image: z.object({ uri: text.min(1) }).optional(),
  entrypoint: z.array(text).min(1).max(100).optional(),
  timeout: z.number().int().min(MIN_TIMEOUT_SECONDS).max(MAX_TIMEOUT_SECONDS).nullish(),
  resourceLimits: z.record(z.string(), z.string()).default({}),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text).default({}),
  metadata: z.record(z.string().min(1).max(253), z.string().max(63)).default({}),
  secureAccess: z.boolean().default(false),
  snapshotId: z.unknown().optional(),
  networkPolicy: z.unknown().optional(),
  credentialProxy: z.unknown().optional(),
  volumes: z.array(z.unknown()).default([]),
});
const renewSchema = z.strictObject({ expiresAt: z.iso.datetime({ offset: true }) });

export async function lifecycleRoute(exchange: LifecycleExchange): Promise<void> {
  const { boxes, path, request, response } = exchange;
  if (/^\/snapshots(\/|$)/.test(path)) throw notImplemented("snapshots");
  if (path === "/sandboxes") {
    if (request.method === "POST") return create(exchange);
    if (request.method === "GET") return list(exchange);
  }
  const [, id = "", rest = ""] = path.match(/^\/sandboxes\/([\w-]+)(\/.*)?$/) ?? [];
  if (!id) throw new ApiError(404, "NOT_FOUND", `There is no ${request.method} ${path}.`);
  if (request.method === "DELETE" && rest === "") {
    if (!(await boxes.remove(id))) throw unknownBox(id);
    return sendNothing(response, 204);
  }
  const entry = boxes.get(id);
  if (!entry) throw unknownBox(id);
  if (request.method === "GET" && rest === "") return sendJson(response, 200, show(entry));
  if (request.method === "POST" && rest === "/renew-expiration") return renew(exchange, entry);
  const port = rest.match(/^\/endpoints\/(\d{1,5})$/)?.[1];
  if (request.method === "GET" && port) return endpoint(exchange, entry, Number(port));
  if (/^\/(pause|resume|metadata|snapshots)$/.test(rest)) throw notImplemented(rest.slice(1));
  throw new ApiError(404, "NOT_FOUND", `There is no ${request.method} ${path}.`);
}

export function unknownBox(id: string): ApiError {
  return new ApiError(
    404,
    "LOCAL::SANDBOX_NOT_FOUND",
    `There is no sandbox ${id}: it was deleted, expired, or its server was started again.`,
  );
}

async function create({ boxes, request, response, authority }: LifecycleExchange): Promise<void> {
  const body = await readJson(request, createSchema, LIMITS.jsonBytes);
  refuseWhatIsMissing(body);
  if (!body.image || !body.entrypoint) throw invalid("image and entrypoint are required.");
  const entry = await boxes
    .create({
      image: body.image.uri,
      entrypoint: body.entrypoint,
      metadata: body.metadata,
      env: body.env,
      memoryBytes: quantity(body.resourceLimits.memory),
      timeoutSeconds: body.timeout ?? null,
    })
    .catch((thrown: unknown) => {
      if (thrown instanceof BoxesFull) throw new ApiError(429, "TOO_MANY_SANDBOXES", thrown.message);
      throw thrown;
    });
  response.setHeader("location", `http://${authority}/v1/sandboxes/${entry.id}`);
  const { image: _image, ...shown } = show(entry);
  sendJson(response, 202, shown);
}

function refuseWhatIsMissing(body: z.infer<typeof createSchema>): void {
  if (body.snapshotId !== undefined) throw notImplemented("snapshots");
  if (body.networkPolicy !== undefined) throw notImplemented("network policies");
  if (body.credentialProxy !== undefined) throw notImplemented("credential proxy");
  if (body.volumes.length > 0) throw notImplemented("volumes");
  if (body.secureAccess) throw notImplemented("secured endpoints");
}

function list({ boxes, query, response }: LifecycleExchange): void {
  const page = positive(query.get("page"), 1);
  const pageSize = Math.min(positive(query.get("pageSize"), 20), 500);
  const states = query.getAll("state");
  const metadata = [...new URLSearchParams(query.get("metadata") ?? "")];
  const found = boxes
    .list()
    .filter((entry) => states.length === 0 || states.includes(entry.state))
    .filter((entry) => metadata.every(([name, value]) => entry.metadata[name] === value));
  const totalPages = Math.ceil(found.length / pageSize);
  const pagination = { page, pageSize, totalItems: found.length, totalPages, hasNextPage: page < totalPages };
  sendJson(response, 200, {
    items: found.slice((page - 1) * pageSize, page * pageSize).map(show),
    pagination,
  });
}

async function renew({ request, response }: LifecycleExchange, entry: Entry): Promise<void> {
  const { expiresAt } = await readJson(request, renewSchema, LIMITS.jsonBytes);
  const at = new Date(expiresAt);
  if (at.getTime() <= Date.now()) throw invalid("expiresAt must be in the future.");
  entry.expiresAt = at;
  sendJson(response, 200, { expiresAt: at.toISOString() });
}

/** Ports of a box are reached through this server only; it speaks for the execd, and the rest is not published. */
function endpoint({ response, authority }: LifecycleExchange, entry: Entry, port: number): void {
  if (port < 1 || port > 65_535) throw invalid("A port is 1 to 65535.");
  sendJson(response, 200, { endpoint: `${authority}/sandboxes/${entry.id}/port/${port}` });
}

function show(entry: Entry) {
  return {
    id: entry.id,
    status: {
      state: entry.state,
      ...(entry.reason ? { reason: "runtime_error", message: entry.reason } : {}),
    },
    metadata: entry.metadata,
    image: { uri: entry.image },
    entrypoint: entry.entrypoint,
    createdAt: entry.createdAt.toISOString(),
    ...(entry.expiresAt ? { expiresAt: entry.expiresAt.toISOString() } : {}),
  };
}

/** Bytes of a quantity such as 512Mi or 2G; null when it is left out. */
function quantity(value: string | undefined): number | null {
  if (value === undefined) return null;
  const [, digits, unit = ""] = value.match(/^(\d+)(Ki|Mi|Gi|Ti|k|M|G|T)?$/) ?? [];
  if (!digits) throw invalid(`${value} is no amount of memory, for example 512Mi.`);
  const power = ["", "k", "m", "g", "t"].indexOf(unit.slice(0, 1).toLowerCase());
  return Number(digits) * (unit.endsWith("i") ? 1024 : 1000) ** power;
}

function positive(value: string | null, fallback: number): number {
  if (value === null) return fallback;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw invalid(`${value} is no page number.`);
  return Number(value);
}
