import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../../support/build-app.ts";

let gateway: TestGateway;
const html = "<script>alert(1)</script>";
let sha: string;

beforeAll(async () => {
  gateway = await startGateway();
  sha = await gateway.deps.blobs.put(gateway.db.orgId, Buffer.from(html));
});

afterAll(() => gateway.close());

test("bytes are a download that no browser runs, and never change", async () => {
  const { status, headers, body } = await gateway.get(`/api/v1/blobs/${sha}`);
  expect([status, body]).toEqual([200, html]);
  expect(headers.get("content-type")).toBe("application/octet-stream");
  expect(headers.get("content-disposition")).toContain("attachment");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("cache-control")).toContain("immutable");
  expect(headers.get("etag")).toBe(`"${sha}"`);
});

test("as text it is text, not a page", async () => {
  const { headers, body } = await gateway.get(`/api/v1/blobs/${sha}?as=text`);
  expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(body).toBe(html);
});

test("who has it already is not sent it again", async () => {
  const { status, body } = await gateway.get(`/api/v1/blobs/${sha}`, { "if-none-match": `"${sha}"` });
  expect([status, body]).toEqual([304, ""]);
});

test("a blob of another organization is not found, whether or not it exists", async () => {
  const theirs = await gateway.deps.blobs.put(randomUUID(), Buffer.from("theirs"));
  const answers = [
    await gateway.get(`/api/v1/blobs/${theirs}`),
    await gateway.get(`/api/v1/blobs/${"0".repeat(64)}`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
});

test("a name that is no hash is refused", async () => {
  for (const name of ["..%2f..%2fetc%2fpasswd", sha.toUpperCase(), `${sha}0`]) {
    expect((await gateway.get(`/api/v1/blobs/${name}`)).status).toBe(400);
  }
});
