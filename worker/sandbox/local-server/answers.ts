import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";

/** An answer that is no success, in the API's words. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function invalid(message: string): ApiError {
  return new ApiError(400, "INVALID_REQUEST", message);
}

export function notImplemented(what: string): ApiError {
  return new ApiError(
    501,
    "NOT_IMPLEMENTED",
    `The local sandbox server has no ${what}: use an OpenSandbox server.`,
  );
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

export function sendNothing(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-length": 0 });
  response.end();
}

/** Turns whatever was thrown into an answer; when one is under way already the connection is cut. */
export function sendError(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const error = thrown instanceof ApiError ? thrown : new ApiError(500, "INTERNAL_ERROR", textOf(thrown));
  // What is left of the body is not read: the connection cannot be used again.
  if (!response.req.complete) response.setHeader("connection", "close");
  sendJson(response, error.status, { code: error.code, message: error.message });
}

/** Reads and checks a JSON body. Throws ApiError 413 and 400. */
export async function readJson<S extends z.ZodType>(
  request: IncomingMessage,
  schema: S,
  maxBytes: number,
): Promise<z.output<S>> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request) {
    length += piece.length;
    if (length > maxBytes) throw new ApiError(413, "BODY_TOO_LARGE", `A body has at most ${maxBytes} bytes.`);
    pieces.push(piece);
  }
  const parsed = schema.safeParse(parseJson(Buffer.concat(pieces).toString("utf8")));
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).slice(0, 500));
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, "INVALID_REQUEST_BODY", "The body is no JSON.");
  }
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
