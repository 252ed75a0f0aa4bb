import { createServer } from "node:http";

export type BucketServer = {
  url: string;
  /** `METHOD /bucket/key` of every request. */
  requests: string[];
  objects: Map<string, Buffer>;
  /** Answers every further request with this status. */
  failWith(status: number | null): void;
  /** Takes requests and never answers. */
  hang(): void;
  close(): Promise<void>;
};

const NO_SUCH_KEY = "<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>none</Message></Error>";

/** A server that speaks as much of S3 as blobs need; it does not check signatures, only that there is one. */
export async function startBucketServer(): Promise<BucketServer> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  let mode: number | "hang" | null = null;
  const server = createServer((request, response) => {
    const key = new URL(request.url ?? "/", "http://x").pathname;
    requests.push(`${request.method} ${key}`);
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      if (mode === "hang") return;
      if (mode !== null) response.writeHead(mode).end();
      else if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 Credential=key/")) {
        response.writeHead(403).end();
      } else if (request.method === "PUT") {
        objects.set(key, Buffer.concat(pieces));
        response.writeHead(200, { etag: '"1"' }).end();
      } else if (request.method === "DELETE") {
        objects.delete(key);
        response.writeHead(204).end();
      } else {
        const found = objects.get(key);
        if (!found) response.writeHead(404, { "content-type": "application/xml" }).end(NO_SUCH_KEY);
        else response.writeHead(200, { "content-length": found.length, etag: '"1"' }).end(found);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `s3://key:secret@127.0.0.1:${address.port}/bucket/some/prefix`,
    requests,
    objects,
    failWith(status) {
      mode = status;
    },
    hang() {
      mode = "hang";
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
