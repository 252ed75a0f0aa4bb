import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import staticFiles from "@fastify/static";
import type { FastifyReply, FastifyRequest } from "fastify";
import { NotFound, Unavailable } from "../../core/errors.ts";
import type { App, GatewayDeps } from "../deps.ts";
import { pagePolicy } from "../plugins/security-headers.ts";

const FOR_EVER = "public, max-age=31536000, immutable";

type Page = { html: string; scriptHashes: string[]; builtAt: number };

/**
 * The built page: files of `assets/` never change under their name, everything else is asked for anew, and any
 * address that is no file is the page itself, which reads the address.
 */
export async function pageRoutes(app: App, deps: GatewayDeps): Promise<void> {
  const readPage = makeReadPage(join(deps.uiFolder, "index.html"));
  await app.register(staticFiles, {
    root: deps.uiFolder,
    serve: false,
    dotfiles: "deny",
    cacheControl: false,
  });
  app.get("/*", {
    config: { permission: "public" },
    schema: { hide: true },
    handler: (request, reply) => {
      const path = new URL(request.url, "http://localhost").pathname;
      if (/^\/(?:api|ws)(?:\/|$)/.test(path))
        throw new NotFound("There is nothing at this address of the API.");
      const isAsset = path.startsWith("/assets/");
      if (path !== "/index.html" && isFile(deps.uiFolder, path)) {
        return reply.header("cache-control", isAsset ? FOR_EVER : "no-cache").sendFile(path);
      }
      if (isAsset) throw new NotFound("This part of the page is of another build: load the page again.");
      return sendPage(request, reply, readPage());
    },
  });
}

function sendPage(request: FastifyRequest, reply: FastifyReply, { html, scriptHashes }: Page): FastifyReply {
  return reply
    .headers({
      "cache-control": "no-cache",
      "content-security-policy": pagePolicy(scriptHashes, request.headers.host ?? "localhost"),
    })
    .type("text/html; charset=utf-8")
    .send(html);
}

/** Read again after a new build, which changes the names of the assets in it. */
function makeReadPage(file: string): () => Page {
  let page: Page | null = null;
  return () => {
    const builtAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (builtAt === undefined) {
      throw new Unavailable("The page has not been built yet: run `bun run build`, then load it again.");
    }
    if (page?.builtAt !== builtAt) {
      const html = readFileSync(file, "utf8");
      page = { html, scriptHashes: inlineScriptHashes(html), builtAt };
    }
    return page;
  };
}

/** `'sha256-…'` of every inline script, as a policy names them. */
export function inlineScriptHashes(html: string): string[] {
  const scripts = html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi);
  return [...scripts].map(
    ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
}

/** Only plain names: what has dots, escapes or backslashes in it is an address of the page. */
function isFile(folder: string, path: string): boolean {
  if (!/^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(path) || path.includes("..")) return false;
  return statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() ?? false;
}
