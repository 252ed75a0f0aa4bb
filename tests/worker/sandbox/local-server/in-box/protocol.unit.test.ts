import { expect, test } from "vitest";
import { encodeFrame, makeFrameReader } from "../../../../../worker/sandbox/local-server/in-box/protocol.ts";

const frame = encodeFrame({ t: "out", id: 7, stream: 1 }, Buffer.from("bytes \0\xff", "latin1"));

test("frames come out as they went in, however the stream is cut", () => {
  const stream = Buffer.concat([frame, frame, frame]);
  for (const size of [1, 2, 3, 5, 7, 64, stream.length]) {
    const reader = makeFrameReader(1_000);
    const found = [];
    for (let at = 0; at < stream.length; at += size)
      found.push(...reader.push(stream.subarray(at, at + size)));
    expect(found.map((one) => JSON.parse(one.header))).toEqual(Array(3).fill({ t: "out", id: 7, stream: 1 }));
    expect(found.every((one) => one.bytes.equals(Buffer.from("bytes \0\xff", "latin1")))).toBe(true);
  }
});

test.each([
  ["too long", Buffer.from([0xff, 0xff, 0xff, 0xff])],
  ["too short", Buffer.from([0, 0, 0, 3, 0, 0, 0])],
  ["with a header longer than itself", Buffer.from([0, 0, 0, 5, 0, 0, 0, 9, 1])],
])("a frame that is %s ends the conversation", (_name, bytes) => {
  expect(() => makeFrameReader(1_000).push(bytes)).toThrow(/frame/);
});
