import { describe, it } from "vitest";
import { badInput, given, rejected } from "../support/given.ts";
import {
  OTHER_RUN,
  PROJECT,
  RUN,
  TASK,
  task,
  taskCommandExamples as tell,
} from "../support/log/histories.ts";

const create = (text: string, title?: string) => ({
  type: "CreateTask" as const,
  data: { taskId: TASK, projectId: PROJECT, text, ...(title === undefined ? {} : { title }) },
});

describe("CreateTask", () => {
  it("makes an open task whose title is the first line of its text", () => {
    given()
      .when(create("\n  Fix the date  \nIt is a day off in Tokyo."))
      .then([
        {
          type: "TaskCreated",
          data: {
            projectId: PROJECT,
            title: "Fix the date",
            text: "\n  Fix the date  \nIt is a day off in Tokyo.",
          },
        },
      ]);
  });

  it("takes a title that was given", () => {
    given()
      .when(create("It is a day off.", "Dates"))
      .then([
        { type: "TaskCreated", data: { projectId: PROJECT, title: "Dates", text: "It is a day off." } },
      ]);
  });

  it("refuses a text of 0 characters and says so", () => {
    given()
      .when(create(""))
      .then(
        badInput("The task says nothing (0 of 32,000 characters): say what is wanted in at least one word."),
      );
  });

  it("refuses a text of spaces with the number found", () => {
    given()
      .when(create(" \n "))
      .then(
        badInput("The task says nothing (3 of 32,000 characters): say what is wanted in at least one word."),
      );
  });

  it("refuses a text of 200,000 characters with the number found", () => {
    given()
      .when(create("x".repeat(200_000)))
      .then(badInput("The task has 200,000 characters and may have 32,000: shorten it."));
  });

  it("takes a text of exactly 32,000 characters", () => {
    const text = "x".repeat(32_000);
    given()
      .when(create(text, "Long"))
      .then([{ type: "TaskCreated", data: { projectId: PROJECT, title: "Long", text } }]);
  });

  it("refuses a title of spaces", () => {
    given().when(create("x", " ")).then(badInput("The title is empty: give it at least one word."));
  });

  it("refuses an id that a task has already", () => {
    given(task.created)
      .when(tell.CreateTask)
      .then(rejected("This task exists already: give the new one an id of its own."));
  });
});

describe("RenameTask", () => {
  it("refuses a title of spaces", () => {
    given(task.created)
      .when({ type: "RenameTask", data: { taskId: TASK, title: "  " } })
      .then(badInput("The title is empty: give it at least one word."));
  });

  it("to the name it has decides nothing", () => {
    given(task.created)
      .when({ type: "RenameTask", data: { taskId: TASK, title: "Fix the date" } })
      .then([]);
  });

  it("of a task that is not there is refused", () => {
    given().when(tell.RenameTask).then(rejected("There is no such task: create it first."));
  });
});

describe("SubmitForReview", () => {
  it("replaces the run in review by a newer one", () => {
    given(task.created, task.submitted)
      .when({ type: "SubmitForReview", data: { taskId: TASK, runId: OTHER_RUN } })
      .then([{ type: "TaskSubmittedForReview", data: { runId: OTHER_RUN } }]);
  });

  it("of a cancelled task is refused", () => {
    given(task.created, task.cancelled)
      .when(tell.SubmitForReview)
      .then(rejected("This task was cancelled: start a new one."));
  });

  it("of a done task is refused", () => {
    given(task.created, task.submitted, task.accepted)
      .when(tell.SubmitForReview)
      .then(rejected("This task is done: start a new one."));
  });
});

describe("AcceptTask", () => {
  it("takes the run in review", () => {
    given(task.created, task.submitted)
      .when(tell.AcceptTask)
      .then([{ type: "TaskAccepted", data: { runId: RUN } }]);
  });

  it("of an open task is refused: there is nothing to accept", () => {
    given(task.created)
      .when(tell.AcceptTask)
      .then(rejected("This task has no completed run to accept yet: wait for one, or start one."));
  });

  it("of another run than the one in review is refused", () => {
    given(task.created, task.submitted)
      .when({ type: "AcceptTask", data: { taskId: TASK, runId: OTHER_RUN } })
      .then(rejected("Another run of this task is in review now: look at that one and accept it."));
  });

  it("of another run is refused once the task is done", () => {
    given(task.created, task.submitted, task.accepted)
      .when({ type: "AcceptTask", data: { taskId: TASK, runId: OTHER_RUN } })
      .then(rejected("This task is done: start a new one."));
  });
});

describe("CancelTask", () => {
  it("of a task in review ends it", () => {
    given(task.created, task.submitted).when(tell.CancelTask).then([task.cancelled]);
  });

  it("of a done task is refused", () => {
    given(task.created, task.submitted, task.accepted)
      .when(tell.CancelTask)
      .then(rejected("This task is done: start a new one."));
  });
});
