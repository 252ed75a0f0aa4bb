import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { pagePolicy } from "../../../gateway/plugins/security-headers.ts";
import { inlineScriptHashes } from "../../../gateway/routes/page.ts";

test("the hash of an inline script is that of its exact text", () => {
  const text = "\n  document.title = 'a < b';\n";
  const html = `<head><script>${text}</script><script type="module" crossorigin src="/assets/a.js"></script></head>`;
  const hash = createHash("sha256").update(text).digest("base64");
  expect(inlineScriptHashes(html)).toEqual([`'sha256-${hash}'`]);
});

test("scripts run from our own files and of the known texts only", () => {
  const policy = pagePolicy(["'sha256-abc'"], "localhost:3000");
  expect(policy).toContain("script-src 'self' 'sha256-abc';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("connect-src 'self' ws://localhost:3000 wss://localhost:3000");
  expect(policy.match(/script-src[^;]*unsafe/)).toBeNull();
});
