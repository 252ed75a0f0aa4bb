import { describe, it } from "vitest";
import type { RunCommand } from "../../core/run/commands.ts";
import { badInput, given, rejected } from "../support/given.ts";
import { runHistories as history, RUN, run, runCommandExamples as tell } from "../support/log/histories.ts";

const resume = (reason: "person" | "budget_raised" | "provider_back"): RunCommand => ({
  type: "ResumeRun",
  data: { runId: RUN, reason },
});

describe("RequestRun", () => {
  it("queues a run with a branch named after its title and id", () => {
    given()
      .when(tell.RequestRun)
      .then([{ ...run.requested, data: { ...run.requested.data, branch: "pihordev/fix-the-date-400000" } }]);
  });

  it("refuses an empty prompt", () => {
    given()
      .when({ ...tell.RequestRun, data: { ...tell.RequestRun.data, prompt: "" } })
      .then(
        badInput(
          "The prompt says nothing (0 of 32,000 characters): say what is wanted in at least one word.",
        ),
      );
  });

  it("refuses an id that a run has already", () => {
    given(...history.aborted)
      .when(tell.RequestRun)
      .then(rejected("This run exists already: give the new one an id of its own."));
  });
});

describe("ClaimRun", () => {
  it("by a second worker is refused", () => {
    given(...history.starting)
      .when({ type: "ClaimRun", data: { runId: RUN, holder: "worker-b" } })
      .then(rejected("Another worker has claimed this run already: leave it alone."));
  });

  it("of a run that was aborted in the queue is refused", () => {
    given(run.requested, run.aborted)
      .when(tell.ClaimRun)
      .then(rejected("This run was aborted: start a new one."));
  });
});

describe("StartRun", () => {
  it("of a queued run is refused", () => {
    given(run.requested)
      .when(tell.StartRun)
      .then(rejected("This run is still queued: claim it before it starts."));
  });

  it("of a started run is refused", () => {
    given(...history.running)
      .when(tell.StartRun)
      .then(rejected("This run has started already: go on from its recorded entries."));
  });
});

describe("TakeOverRun", () => {
  it("changes the holder and keeps the status", () => {
    given(...history.attention, run.takenOver)
      .when(tell.AnswerAttention)
      .then([run.answered]);
  });

  it("by the holder itself decides nothing", () => {
    given(...history.running)
      .when({ type: "TakeOverRun", data: { runId: RUN, holder: "worker-a", previousHolder: null } })
      .then([]);
  });

  it("of a queued run is refused: it is claimed", () => {
    given(run.requested)
      .when(tell.TakeOverRun)
      .then(rejected("This run is still queued and nobody holds it: claim it instead."));
  });
});

describe("SteerRun", () => {
  it("refuses an empty message", () => {
    given(...history.running)
      .when({ ...tell.SteerRun, data: { ...tell.SteerRun.data, text: "\t" } })
      .then(
        badInput(
          "The message says nothing (1 of 32,000 characters): say what is wanted in at least one word.",
        ),
      );
  });

  it("refuses a message over the limit", () => {
    given(...history.running)
      .when({ ...tell.SteerRun, data: { ...tell.SteerRun.data, text: "x".repeat(32_001) } })
      .then(badInput("The message has 32,001 characters and may have 32,000: shorten it."));
  });

  it("of a queued run is refused", () => {
    given(run.requested)
      .when(tell.SteerRun)
      .then(rejected("This run has not started yet: wait until it works to steer it, or abort it."));
  });

  it("of a completed run is refused", () => {
    given(...history.completed)
      .when(tell.SteerRun)
      .then(rejected("This run has completed: start a new one."));
  });

  it("of a run on its way out is refused", () => {
    given(...history.aborting)
      .when(tell.SteerRun)
      .then(rejected("This run is being aborted: start a new one."));
  });

  it("leaves an open question open", () => {
    given(...history.attention, run.steered)
      .when(tell.AnswerAttention)
      .then([run.answered]);
  });
});

describe("PauseRun and ResumeRun", () => {
  it("a paused question is asked again after the pause", () => {
    given(...history["paused with a question"], run.resumed)
      .when(tell.AnswerAttention)
      .then([run.answered]);
  });

  it("the first reason of a pause stays", () => {
    given(...history.paused)
      .when({ type: "PauseRun", data: { runId: RUN, reason: "budget", detail: "" } })
      .then([]);
  });

  it("a person's pause is not ended by a raised budget", () => {
    given(...history.paused)
      .when(resume("budget_raised"))
      .then(rejected("This run is paused for another reason (person): it stays paused."));
  });

  it("a pause for the budget ends when it is raised, and when a person says so", () => {
    const paused = [...history.running, { type: "RunPaused", data: { reason: "budget", detail: "" } }];
    given(...paused)
      .when(resume("budget_raised"))
      .then([{ type: "RunResumed", data: { reason: "budget_raised" } }]);
    given(...paused)
      .when(resume("person"))
      .then([{ type: "RunResumed", data: { reason: "person" } }]);
    given(...paused)
      .when(resume("provider_back"))
      .then(rejected("This run is paused for another reason (budget): it stays paused."));
  });

  it("a pause for the provider ends when it is back", () => {
    given(...history.running, { type: "RunPaused", data: { reason: "provider", detail: "" } })
      .when(resume("provider_back"))
      .then([{ type: "RunResumed", data: { reason: "provider_back" } }]);
  });
});
