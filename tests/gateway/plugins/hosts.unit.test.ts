import { expect, test } from "vitest";
import { allowedOrigins } from "../../../gateway/plugins/hosts.ts";

test("the machine's own names, with the port", () => {
  expect(allowedOrigins({}, 3_000).map(({ host }) => host)).toEqual([
    "localhost:3000",
    "127.0.0.1:3000",
    "[::1]:3000",
  ]);
});

test("the public address, with its scheme and port", () => {
  const origins = allowedOrigins({ PUBLIC_URL: "https://agents.example.com/" }, 3_000);
  expect(origins.at(-1)?.origin).toBe("https://agents.example.com");
  expect(origins.at(-1)?.host).toBe("agents.example.com");
});
