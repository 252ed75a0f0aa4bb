import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "../../core/settings.ts";
import { buildApp } from "../../gateway/app.ts";
import type { App, GatewayDeps } from "../../gateway/deps.ts";
import type { RouteRow } from "../../gateway/plugins/person.ts";
import { makeBlobStore } from "../../sql/blobs.ts";
import { makePool } from "../../sql/database.ts";
import { makeEventStore } from "../../sql/event-store.ts";
import { makeWakeUps } from "../../sql/notifications.ts";
import { makeVault } from "../../sql/vault.ts";
import { makeTestDatabase, type TestDatabase } from "./postgres.ts";

export type TestGateway = {
  db: TestDatabase;
  app: App;
  deps: GatewayDeps;
  routes: readonly RouteRow[];
  /** `http://localhost:<port>` */
  url: string;
  port: number;
  /** Lines that went to the log. */
  logged: string[];
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
};

/** `body` is parsed JSON, or the text where it is none. */
export type Answer = { status: number; headers: Headers; body: unknown };

type Options = {
  /** Environment variables over those of the test. */
  settings?: Record<string, string>;
  uiFolder?: string;
  /** Left out: a database of its own, dropped at the end. */
  db?: TestDatabase;
};

/** The real gateway: real Postgres as role `gateway`, listening on a free port of 127.0.0.1. */
export async function startGateway(options: Options = {}): Promise<TestGateway> {
  const db = options.db ?? (await makeTestDatabase());
  const folder = mkdtempSync(join(tmpdir(), "pihordev-gateway-"));
  const settings = readSettings({ PIHORDEV_DATA: folder, ASK_TIMEOUT_MS: "4000", ...options.settings });
  const pool = makePool(db.gatewayUrl, { name: "gateway under test" });
  const wakeUps = await makeWakeUps(db.gatewayUrl);
  const store = makeEventStore(pool);
  const deps: GatewayDeps = {
    settings,
    pool,
    store,
    wakeUps,
    vault: makeVault(pool, TEST_KEY),
    blobs: makeBlobStore({ folder: join(folder, "blobs") }),
    uiFolder: options.uiFolder ?? join(folder, "no-page"),
  };
  const logged: string[] = [];
  const { app, routes } = await buildApp(deps, {
    level: "warn",
    stream: { write: (line: string) => logged.push(line) },
  });
  const port = Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
  const url = `http://localhost:${port}`;
  return {
    ...{ db, app, deps, routes, url, port, logged },
    get: (path, headers = {}) => send(`${url}${path}`, { headers }),
    post: (path, body, headers = {}) =>
      send(`${url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    async close() {
      await app.close();
      await store.close();
      await wakeUps.close();
      await pool.end();
      rmSync(folder, { recursive: true, force: true });
      if (!options.db) await db.drop();
    },
  };
}

/** 32 bytes for the vault of a test. */
export const TEST_KEY = Buffer.alloc(32, 7).toString("base64");

async function send(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
