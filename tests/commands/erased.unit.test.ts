import { describe, expect, it } from "vitest";
import { withoutPayload } from "../../commands/erased.ts";
import { subjectOf } from "../../commands/subject.ts";
import type { NewEvent } from "../../core/event.ts";
import { eventCatalog } from "../../core/event-catalog.ts";
import { given, PERSON, recorded, rejected } from "../support/given.ts";
import {
  runCommandExamples,
  runHistories,
  task,
  taskCommandExamples,
  taskHistories,
} from "../support/log/histories.ts";

const erased = ({ type }: NewEvent): NewEvent => ({ type, data: null });

describe("a stream with an erased event", () => {
  it("goes on: a task whose text was erased can be cancelled and not made again", () => {
    given(erased(task.created)).when(taskCommandExamples.CancelTask).then([task.cancelled]);
    given(erased(task.created))
      .when(taskCommandExamples.CreateTask)
      .then(rejected("This task exists already: give the new one an id of its own."));
  });

  it.each(Object.entries(runHistories))(
    "moves through the same states: a run that is %s",
    (_name, history) => {
      expect(statusAfter(history.map(erased))).toEqual(statusAfter(history));
    },
  );

  it.each(Object.entries(taskHistories))(
    "moves through the same states: a task that is %s",
    (_name, history) => {
      const { decide } = subjectOf(taskCommandExamples.RenameTask);
      const types = (events: NewEvent[]) => outcome(() => decide(recorded(events, ""), context));
      expect(types(history.map(erased))).toEqual(types(history));
    },
  );

  it("has a stand-in that today's schema takes for every event with a decider", () => {
    for (const [type, { category, schema }] of eventCatalog) {
      if (category === "transcript" || category === "org") continue;
      const [event] = recorded([{ type, data: null }], "");
      expect(event && schema.safeParse(withoutPayload(event).data).success, type).toBe(true);
    }
  });
});

const context = { now: "2026-01-02T03:04:05.000Z", actor: PERSON };

/** What every command of a run comes to, by its kind: the status as seen from outside. */
function statusAfter(history: NewEvent[]) {
  return Object.values(runCommandExamples)
    .filter(
      (command) => !["AnswerAttention", "RequestAttention", "TakeOverRun", "ClaimRun"].includes(command.type),
    )
    .map((command) => outcome(() => subjectOf(command).decide(recorded(history, ""), context)));
}

function outcome(decide: () => NewEvent[]): string {
  try {
    return decide()
      .map((event) => event.type)
      .join();
  } catch (thrown) {
    return String(thrown);
  }
}
