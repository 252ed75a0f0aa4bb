import { expect, test } from "vitest";
import * as z from "zod";
import { derivedId } from "../../../gateway/person-commands/derived-id.ts";

const id = "0b8f0c3e-1c1d-4a53-9c39-0d3f4c1e2a10";

test("is a UUID, the same for the same id and part", () => {
  expect(z.uuid().safeParse(derivedId(id, "CreateTask")).success).toBe(true);
  expect(derivedId(id, "CreateTask")).toBe(derivedId(id.toUpperCase(), "CreateTask"));
});

test("differs by part and by id", () => {
  const made = [
    derivedId(id, "CreateTask"),
    derivedId(id, "RequestRun"),
    derivedId(id.replace("0", "1"), "CreateTask"),
  ];
  expect(new Set(made).size).toBe(3);
});
