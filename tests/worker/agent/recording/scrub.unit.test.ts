import { expect, test } from "vitest";
import { makeScrubber, REMOVED } from "../../../../worker/agent/recording/scrub.ts";

const SECRET = "sk-canary-81f0/é+x";
const { scrub, stream } = makeScrubber([
  SECRET,
  "short",
  "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END KEY-----",
]);

test("a secret is removed wherever it stands", () => {
  expect(scrub(`a ${SECRET} b${SECRET}`)).toBe(`a ${REMOVED} b${REMOVED}`);
});

test.each([0, 1, 2])("its base64 is removed at place %i of a group of bytes", (offset) => {
  const bytes = Buffer.concat([Buffer.alloc(offset, "x"), Buffer.from(`${SECRET} and more`)]);
  const encoded = bytes.toString("base64");
  const kept = scrub(encoded);
  expect(kept).toContain(REMOVED);
  const rest = kept.split(REMOVED).map((part) => Buffer.from(part, "base64").toString("latin1"));
  expect(rest.join("|")).not.toContain("canary");
});

test("its base64 for URLs, its URL encoding and its JSON form are removed", () => {
  expect(scrub(Buffer.from(SECRET).toString("base64url"))).not.toContain("c2stY2FuYXJ5");
  expect(scrub(`https://user:${encodeURIComponent(SECRET)}@host/`)).toBe(`https://user:${REMOVED}@host/`);
  const quoted = makeScrubber(['pass"word\\1']).scrub(JSON.stringify({ p: 'pass"word\\1' }));
  expect(quoted).toBe(`{"p":"${REMOVED}"}`);
});

test("a line of a key of several lines is removed alone", () => {
  expect(scrub("got MIIEvQIBADANBgkqhkiG9w0B there")).toBe(`got ${REMOVED} there`);
});

test("what is too short to be told from ordinary text stays", () => {
  expect(scrub("a short text")).toBe("a short text");
});

test("lone surrogates and NUL cannot be stored and are replaced", () => {
  expect(scrub("a\0b\ud800c")).toBe("a\uFFFDb\uFFFDc");
  expect(scrub("fine 😀")).toBe("fine 😀");
});

test("a secret in pieces never leaves a stream, however it is cut", () => {
  const text = `one ${SECRET} two ${SECRET.slice(0, 9)} three 😀`;
  for (let size = 1; size <= text.length; size += 1) {
    const scrubber = stream();
    let out = "";
    for (let start = 0; start < text.length; start += size)
      out += scrubber.push(text.slice(start, start + size));
    out += scrubber.flush();
    expect(out).toBe(`one ${REMOVED} two ${SECRET.slice(0, 9)} three 😀`);
  }
});

test("with no secret a stream holds nothing back but half a character", () => {
  const scrubber = makeScrubber([]).stream();
  expect(scrubber.push("abc")).toBe("abc");
  expect(scrubber.push("\ud83d")).toBe("");
  expect(scrubber.push("\ude00")).toBe("😀");
});
