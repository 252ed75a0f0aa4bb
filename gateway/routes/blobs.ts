import * as z from "zod";
import { TooLarge } from "../../core/errors.ts";
import { blobRefSchema } from "../../core/transcript/events.ts";
import type { App, GatewayDeps } from "../deps.ts";
import { personOf } from "../plugins/person.ts";

const MAX_BLOB_BYTES = 64 * 1024 * 1024;

/**
 * `GET /api/v1/blobs/:sha`: bytes that an event of this organization names. They come from repositories and
 * agents: never a type that a browser would run.
 */
export function blobRoutes(app: App, deps: GatewayDeps): void {
  app.get("/api/v1/blobs/:sha", {
    config: { permission: "read:blobs" },
    schema: {
      tags: ["blobs"],
      summary: "A blob of the organization, by its SHA-256",
      params: z.object({ sha: blobRefSchema }),
      querystring: z.object({ as: z.enum(["bytes", "text"]).default("bytes") }),
    },
    handler: async (request, reply) => {
      const { orgId } = personOf(request);
      const { sha } = request.params;
      const etag = `"${sha}"`;
      const isKnown = request.headers["if-none-match"] === etag && (await deps.blobs.has(orgId, sha));
      if (isKnown) return reply.header("etag", etag).code(304).send();
      const bytes = await deps.blobs.get(orgId, sha);
      if (bytes.byteLength > MAX_BLOB_BYTES) {
        throw new TooLarge(
          "This blob is over 64 MiB, which is more than a page can show: use the command line.",
        );
      }
      reply.headers({ etag, "cache-control": "private, max-age=31536000, immutable" });
      const asText = request.query.as === "text";
      reply.type(asText ? "text/plain; charset=utf-8" : "application/octet-stream");
      if (!asText) reply.header("content-disposition", `attachment; filename="${sha}.bin"`);
      return reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
  });
}
