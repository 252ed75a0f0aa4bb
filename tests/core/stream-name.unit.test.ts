import { describe, expect, it } from "vitest";
import { BadInput } from "../../core/errors.ts";
import { eventCatalog } from "../../core/event-catalog.ts";
import { INSTANCE_ORG_ID, isStreamName, parseStreamName, streamName } from "../../core/stream-name.ts";
import { uuid } from "../support/given.ts";

describe("a stream's name", () => {
  it("is a category and a UUID, and is read back", () => {
    const name = streamName("task", uuid(1));
    expect(name).toBe(`task-${uuid(1)}`);
    expect(parseStreamName(name)).toEqual({ category: "task", id: uuid(1) });
  });

  it.each([
    "task",
    "task-",
    "task-12",
    `Task-${uuid(1)}`,
    `board-${uuid(1)}`,
    `task-${uuid(1)} `,
    `task-${uuid(1)}\n`,
    `task-${uuid(10).replace("4000-8000", "4000-8A00")}`,
    "",
  ])("is not %j", (name) => {
    expect(isStreamName(name)).toBe(false);
    expect(() => parseStreamName(name)).toThrow(BadInput);
  });

  it("is refused in one sentence", () => {
    expect(() => streamName("run", "12")).toThrow(
      '"run-12" is no stream name: it is a category, a dash and a UUID in lower case.',
    );
  });

  it("exists for the category of every event, and for the instance's own log", () => {
    for (const { category } of eventCatalog.values())
      expect(isStreamName(streamName(category, uuid(1)))).toBe(true);
    expect(isStreamName(streamName("org", INSTANCE_ORG_ID))).toBe(true);
  });
});
