import type { Settings } from "../../core/settings.ts";
import type { App } from "../deps.ts";

/** Answers are data: even opened in a tab they may load and run nothing. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * The page's policy: scripts of our own files and of the given hashes (`'sha256-…'`) only. `host` is a checked Host
 * header: not every browser counts a socket of the same host as 'self'. Styles may be inline: elements are placed
 * by their style attribute, and the page loads nothing from anywhere else.
 */
export function pagePolicy(scriptHashes: readonly string[], host: string): string {
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...scriptHashes].join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}

export function securityHeaders(app: App, settings: Settings): void {
  const overTls = settings.PUBLIC_URL?.startsWith("https:") ?? false;
  app.addHook("onSend", async (request, reply) => {
    const policy = request.url.startsWith("/api/docs") ? DOCS_POLICY : DATA_POLICY;
    if (!reply.hasHeader("content-security-policy")) reply.header("content-security-policy", policy);
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    reply.headers({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": "camera=(), microphone=(), geolocation=()",
      ...(overTls && { "strict-transport-security": "max-age=31536000" }),
    });
  });
}
