import { expect, test } from "vitest";
import { BadInput } from "../../core/errors.ts";
import { checkExposure, isExposed } from "../../gateway/exposure.ts";

const publicUrl = "https://agents.example.com";

test.each([
  [{ HOST: "127.0.0.1" }, false],
  [{ HOST: "localhost" }, false],
  [{ HOST: "::1" }, false],
  [{ HOST: "127.0.0.1", PUBLIC_URL: "http://localhost:8080" }, false],
  [{ HOST: "0.0.0.0", PUBLIC_URL: publicUrl }, true],
  [{ HOST: "10.0.0.5", PUBLIC_URL: publicUrl }, true],
  [{ HOST: "127.0.0.1", PUBLIC_URL: publicUrl }, true],
  [{ HOST: "127.evil.example", PUBLIC_URL: publicUrl }, true],
])("%j is exposed: %s", (settings, exposed) => {
  expect(isExposed(settings)).toBe(exposed);
});

test("another address than loopback needs the name that people use", () => {
  expect(() => checkExposure({ HOST: "0.0.0.0" })).toThrow(BadInput);
  expect(() => checkExposure({ HOST: "0.0.0.0", PUBLIC_URL: publicUrl })).not.toThrow();
  expect(() => checkExposure({ HOST: "127.0.0.1" })).not.toThrow();
});
