import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../../support/build-app.ts";
import { request, sendRaw, statusOf } from "../../support/gateway/raw-http.ts";

let gateway: TestGateway;
let folder: string;
const theme = "document.documentElement.dataset.theme = 'dark';";

function writePage(script: string): void {
  const html = `<!doctype html><title>Pihordev</title><script>${script}</script><script type="module" src="/assets/a-1.js"></script>`;
  writeFileSync(join(folder, "dist/index.html"), html);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pihordev-page-"));
  mkdirSync(join(folder, "dist/assets"), { recursive: true });
  writePage(theme);
  writeFileSync(join(folder, "dist/assets/a-1.js"), "export {};");
  writeFileSync(join(folder, "dist/icon.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
  writeFileSync(join(folder, "dist/.hidden"), "hidden");
  writeFileSync(join(folder, "secret.txt"), "outside");
  gateway = await startGateway({ uiFolder: join(folder, "dist") });
});

afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
});

function hashOf(script: string): string {
  return `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
}

test.each(["/", "/index.html", "/start", "/o/local/tasks?view=list", "/runs/abc", "/a/b.c/d"])(
  "%s is the page",
  async (path) => {
    const { status, headers, body } = await gateway.get(path);
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(body).toContain("<title>Pihordev</title>");
    expect(headers.get("cache-control")).toBe("no-cache");
  },
);

test("only the page's own inline script may run, and no page may frame it", async () => {
  const { headers } = await gateway.get("/");
  const policy = headers.get("content-security-policy");
  expect(policy).toContain(`script-src 'self' ${hashOf(theme)};`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
});

test("a new build is served with its new hash, without a restart", async () => {
  const changed = `${theme}//2`;
  writePage(changed);
  utimesSync(join(folder, "dist/index.html"), new Date(), new Date(Date.now() + 5_000));
  const { headers } = await gateway.get("/");
  expect(headers.get("content-security-policy")).toContain(hashOf(changed));
});

test("assets never change under their name; one that is gone is not the page", async () => {
  const asset = await gateway.get("/assets/a-1.js");
  expect([asset.status, asset.body]).toEqual([200, "export {};"]);
  expect(asset.headers.get("content-type")).toContain("javascript");
  expect(asset.headers.get("cache-control")).toContain("immutable");
  const gone = await gateway.get("/assets/a-0.js");
  expect([gone.status, gone.body]).toMatchObject([404, { error: { code: "not_found" } }]);
  expect(gone.headers.get("cache-control")).toBe("no-store");
});

test("other files of the build are asked for anew", async () => {
  const icon = await gateway.get("/icon.svg");
  expect([icon.status, icon.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
  expect(icon.headers.get("cache-control")).toBe("no-cache");
});

test.each([
  "/../secret.txt",
  "/%2e%2e/secret.txt",
  "/assets/../../secret.txt",
  "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
  "/assets/..%5c..%5csecret.txt",
  "//secret.txt",
  "/.hidden",
])("%s gives nothing from outside the build", async (path) => {
  const answer = await sendRaw(gateway.port, request(`GET ${path}`, [`Host: localhost:${gateway.port}`]));
  expect(answer).not.toMatch(/outside|hidden$/);
  expect(statusOf(answer)).not.toBe(500);
});

test("without a build it says what to do", async () => {
  const bare = await startGateway();
  const { status, body } = await bare.get("/");
  expect([status, body]).toMatchObject([
    503,
    { error: { message: expect.stringContaining("bun run build") } },
  ]);
  await bare.close();
});
