import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttps } from "node:https";
import { join } from "node:path";
import { makeCertificate } from "./certificate.ts";

export type GitServerOptions = {
  /** Holds the repositories, as `<name>.git`. */
  folder: string;
  /** https with a certificate of its own authority; left out: http. */
  tls?: boolean;
  /** Asked for by basic authentication; left out: everybody may read and write. */
  auth?: { username: string; password: string };
  /** Answers every request with a redirect to this address and the same path. */
  redirectTo?: string;
  /** Waited for before each answer. */
  before?: (request: IncomingMessage) => Promise<void>;
};

export type GitServer = {
  /** `https://127.0.0.1:<port>`, without credentials. */
  origin: string;
  port: number;
  /** PEM file of the authority; null without TLS. */
  caFile: string | null;
  /** `<method> <path>` of each request, in order, and the Authorization header it had. */
  requests: { line: string; authorization: string | undefined }[];
  close(): Promise<void>;
};

/** A smart HTTP(S) git server on loopback, over git's own `http-backend`. */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const certificate = options.tls ? makeCertificate() : null;
  const requests: GitServer["requests"] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    requests.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization });
    void answer(options, request, response);
  };
  const server = certificate ? createHttps(certificate, onRequest) : createHttp(onRequest);
  const port = await listen(server);
  const caFile = certificate ? join(options.folder, "authority.pem") : null;
  if (certificate && caFile) writeFileSync(caFile, certificate.cert);
  const origin = `${certificate ? "https" : "http"}://127.0.0.1:${port}`;
  return { origin, port, caFile, requests, close: () => close(server) };
}

async function answer(
  options: GitServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await options.before?.(request);
  if (options.redirectTo) {
    response.writeHead(302, { location: `${options.redirectTo}${request.url}` }).end();
    return;
  }
  if (!isAllowed(options, request)) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end("no\n");
    return;
  }
  runBackend(options, request, response);
}

function isAllowed({ auth }: GitServerOptions, request: IncomingMessage): boolean {
  if (!auth) return true;
  const expected = Buffer.from(`${auth.username}:${auth.password}`).toString("base64");
  return request.headers.authorization === `Basic ${expected}`;
}

function runBackend({ folder }: GitServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  const child = spawn("git", ["-c", "http.receivepack=true", "-c", "safe.directory=*", "http-backend"], {
    env: {
      PATH: process.env.PATH ?? "",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "tester",
      REMOTE_ADDR: "127.0.0.1",
    },
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  forward(child.stdout, response);
  response.on("close", () => child.kill());
}

/** A CGI answer: header lines, an empty line, the body. */
function forward(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  let started = false;
  output.on("data", (piece: Buffer) => {
    if (started) return void response.write(piece);
    head = Buffer.concat([head, piece]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    started = true;
    for (const line of head.subarray(0, end).toString("latin1").split("\r\n")) {
      const colon = line.indexOf(":");
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
      if (name.toLowerCase() === "status") response.statusCode = Number(value.split(" ")[0]);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
  });
  output.on("end", () => response.end());
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : 0);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
