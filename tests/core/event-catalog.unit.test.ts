import { describe, expect, it } from "vitest";
import * as z from "zod";
import { BadInput, UnknownEvent } from "../../core/errors.ts";
import {
  AUDIT_EVENT_TYPES,
  eventCatalog,
  isErased,
  parseEvent,
  parseEventData,
  schemaVersionOf,
  upcastData,
} from "../../core/event-catalog.ts";
import { recorded } from "../support/given.ts";

/** `<Type>.v<version>.json`: what was once stored must be read for ever, so no file here is ever changed. */
const samples = new Map(
  Object.entries(import.meta.glob<unknown>("./samples/*.json", { eager: true, import: "default" })).map(
    ([path, data]) => [path.replace(/^.*\/|\.json$/g, ""), data],
  ),
);

function stored(name: string) {
  const [type = "", version] = name.split(".v");
  const [event] = recorded([{ type, data: samples.get(name) }], "");
  if (!event) throw new Error(`no sample ${name}`);
  return { ...event, schemaVersion: Number(version) };
}

describe("the stored samples", () => {
  it.each([...samples.keys()])("%s is read by today's program", (name) => {
    const { type, schemaVersion } = parseEvent(stored(name));
    expect(name.startsWith(`${type}.v`)).toBe(true);
    expect(schemaVersion).toBe(schemaVersionOf(type));
  });

  it("exist for every type and every version it ever had", () => {
    const wanted = [...eventCatalog].flatMap(([type, { schemaVersion }]) =>
      Array.from({ length: schemaVersion }, (_, index) => `${type}.v${index + 1}`),
    );
    expect([...samples.keys()].sort()).toEqual(wanted.sort());
  });

  it("lose nothing on the way: today's schema gives back what was stored", () => {
    for (const [type, { schemaVersion }] of eventCatalog) {
      expect(parseEventData(type, samples.get(`${type}.v${schemaVersion}`)), type).toEqual(
        samples.get(`${type}.v${schemaVersion}`),
      );
    }
  });
});

describe("the schemas", () => {
  it("of a version never change: raise schemaVersion and add an upcast and a sample instead", async () => {
    const schemas = Object.fromEntries(
      [...eventCatalog]
        .map(
          ([type, { schema, schemaVersion }]) =>
            [`${type}.v${schemaVersion}`, z.toJSONSchema(schema)] as const,
        )
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    await expect(`${JSON.stringify(schemas, null, 1)}\n`).toMatchFileSnapshot("./event-schemas.snap");
  });

  it("refuse a field that they do not know, and a missing one", () => {
    expect(() => parseEventData("TaskRenamed", { title: "x", color: "red" })).toThrow(z.ZodError);
    expect(() => parseEventData("TaskRenamed", {})).toThrow(z.ZodError);
  });
});

describe("parseEvent", () => {
  const event = stored("TaskRenamed.v1");

  it("stops at a type that this program does not know", () => {
    expect(() => parseEvent({ ...event, type: "TaskPainted", schemaVersion: 3 })).toThrow(
      "Event type TaskPainted version 3 is not known here: this program is older than the log.",
    );
    expect(() => schemaVersionOf("TaskPainted")).toThrow(UnknownEvent);
  });

  it("stops at a version that this program does not know", () => {
    expect(() => parseEvent({ ...event, schemaVersion: 2 })).toThrow(UnknownEvent);
  });

  it("says that an erased payload cannot be read", () => {
    const erased = { ...event, data: null };
    expect(isErased(erased)).toBe(true);
    expect(isErased(event)).toBe(false);
    expect(() => parseEvent(erased)).toThrow(BadInput);
    expect(() => parseEvent(erased)).toThrow(
      "The payload of event 1 was erased on request: there is nothing to read.",
    );
  });

  it("stops at an unknown type also when its payload was erased", () => {
    expect(() => parseEvent({ ...event, type: "TaskPainted", data: null })).toThrow(UnknownEvent);
  });
});

describe("upcastData", () => {
  const entry = {
    schemaVersion: 3,
    upcasts: { 1: (data: unknown) => [data, "1 to 2"], 2: (data: unknown) => [data, "2 to 3"] },
  };

  it("lifts data through every step from its version to today's", () => {
    expect(upcastData(entry, { type: "X", schemaVersion: 1, data: "v1" })).toEqual([
      ["v1", "1 to 2"],
      "2 to 3",
    ]);
    expect(upcastData(entry, { type: "X", schemaVersion: 2, data: "v2" })).toEqual(["v2", "2 to 3"]);
    expect(upcastData(entry, { type: "X", schemaVersion: 3, data: "v3" })).toBe("v3");
  });

  it("stops at a newer version and at a missing step", () => {
    expect(() => upcastData(entry, { type: "X", schemaVersion: 4, data: 0 })).toThrow(UnknownEvent);
    expect(() => upcastData({ ...entry, upcasts: {} }, { type: "X", schemaVersion: 1, data: 0 })).toThrow(
      "Event type X version 1 is not known here",
    );
  });
});

describe("audit-class events", () => {
  it("are types of the catalog", () => {
    for (const type of AUDIT_EVENT_TYPES) expect(eventCatalog.has(type), type).toBe(true);
  });
});
