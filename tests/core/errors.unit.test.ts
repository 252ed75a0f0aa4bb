import { describe, expect, it } from "vitest";
import * as errors from "../../core/errors.ts";
import readme from "../../core/README.md?raw";

const { ERROR_CODES, PihordevError, messageOf, ...rest } = errors;

/** Every class of the list with the code that its instances carry. */
const classes = Object.entries(rest).map(([name, member]) => {
  const made: unknown = Reflect.construct(member, ["x", 1, 2]);
  if (!(made instanceof PihordevError)) throw new Error(`${name} is no PihordevError`);
  return { name, code: made.code };
});

describe("the closed list of errors", () => {
  it("has one class for every code", () => {
    expect(classes.map(({ code }) => code).sort()).toEqual([...ERROR_CODES].sort());
  });

  it("is the table of core/README.md, both ways", () => {
    const rows = [...readme.matchAll(/^\| `([a-z_]+)` +\| (\w+) +\|/gm)].map(([, code, name]) => ({
      name,
      code,
    }));
    expect(rows).toEqual(
      ERROR_CODES.map((code) => ({ name: classes.find((entry) => entry.code === code)?.name, code })),
    );
  });

  it("says what was expected and what was found", () => {
    expect(new errors.VersionConflict("task-1", 3, 5).message).toBe(
      "Stream task-1 is at version 5, not at 3: read it again and retry.",
    );
    expect(new errors.Fenced("r1", 2).message).toBe(
      "Run r1 was taken over: fence 2 is old, nothing was written.",
    );
  });

  it("keeps the cause of an error that it wraps", () => {
    const cause = new Error("connection refused");
    expect(new errors.Unavailable("The database is not there: start it.", { cause }).cause).toBe(cause);
  });
});

describe("messageOf", () => {
  it("gives the text of anything thrown in one line", () => {
    expect(messageOf(new Error(" two\n  lines\t"))).toBe("two lines");
    expect(messageOf("text")).toBe("text");
    expect(messageOf(undefined)).toBe("undefined");
  });
});
