import { Forbidden } from "../../core/errors.ts";
import type { Settings } from "../../core/settings.ts";
import type { App } from "../deps.ts";
import { answerProblem } from "./errors.ts";

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/**
 * Refuses requests under a name that is not ours (DNS rebinding: 421), and state changes and sockets that a page
 * of another origin started (403). A request without Origin does not come from a browser's page.
 */
export function hostRules(app: App, settings: Settings): void {
  app.addHook("onRequest", async (request, reply) => {
    const allowed = allowedOrigins(settings, listeningPort(app));
    const host = request.headers.host?.toLowerCase() ?? "";
    if (!allowed.some((origin) => origin.host === host)) {
      const names = allowed.map((origin) => origin.host).join(", ");
      return answerProblem(
        reply,
        new Forbidden(`This server does not answer to that name: use one of ${names}.`),
        421,
      );
    }
    // A socket is no state change, but reads everything: no page of another site may open one.
    const changes = !SAFE_METHODS.includes(request.method) || request.headers.upgrade !== undefined;
    if (changes && !isOwnPage(request.headers, allowed)) {
      return answerProblem(
        reply,
        new Forbidden("This request comes from another site's page: nothing was done."),
      );
    }
  });
}

type PageHeaders = { origin?: string | undefined; "sec-fetch-site"?: string | string[] | undefined };

function isOwnPage(headers: PageHeaders, allowed: readonly URL[]): boolean {
  if (headers.origin !== undefined) {
    const given = headers.origin.toLowerCase();
    return allowed.some((origin) => origin.origin === given);
  }
  const site = headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}

/** Where the page may be opened. `URL.host` leaves out a scheme's usual port, as browsers do. */
export function allowedOrigins(settings: Pick<Settings, "PUBLIC_URL">, port: number): URL[] {
  const names = ["localhost", "127.0.0.1", "[::1]"].map((name) => new URL(`http://${name}:${port}`));
  return settings.PUBLIC_URL === undefined ? names : [...names, new URL(settings.PUBLIC_URL)];
}

function listeningPort(app: App): number {
  const address = app.server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}
