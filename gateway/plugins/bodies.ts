import type { FastifyRequest } from "fastify";
import { BadInput } from "../../core/errors.ts";
import type { Settings } from "../../core/settings.ts";
import type { App } from "../deps.ts";

/** JSON bodies only, whole within the time-out, and no text that the log could not keep. */
export function bodyRules(app: App, settings: Settings): void {
  app.removeContentTypeParser("text/plain");
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  app.addHook("preParsing", async (request) => {
    if (request.ws) return;
    timers.set(
      request,
      setTimeout(() => request.raw.socket.destroy(), settings.REQUEST_TIMEOUT_MS),
    );
  });
  app.addHook("preValidation", async (request) => {
    clearTimeout(timers.get(request));
    for (const part of [request.params, request.query, request.body]) refuseBrokenText(part);
  });
  app.addHook("onResponse", async (request) => clearTimeout(timers.get(request)));
  app.addHook("onRequestAbort", async (request) => clearTimeout(timers.get(request)));
}

/**
 * Postgres keeps neither NUL nor half a surrogate pair. Iterative: a body of a million brackets must not end the
 * stack. Throws BadInput.
 */
export function refuseBrokenText(part: unknown): void {
  const waiting: unknown[] = [part];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === "string" && (value.includes("\0") || !value.isWellFormed())) {
      throw new BadInput(
        "The request has a text with a NUL or half a character in it: remove it and send again.",
      );
    }
    if (value === null || typeof value !== "object") continue;
    for (const [key, inner] of Object.entries(value)) waiting.push(key, inner);
  }
}
