import { describe, it } from "vitest";
import { given, rejected } from "../support/given.ts";
import { runHistories as history, run, runCommandExamples as tell } from "../support/log/histories.ts";

describe("AbortRun", () => {
  it("ends a queued run at once, with nothing used", () => {
    const usage = {
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      costMicrodollars: 0,
    };
    given(run.requested)
      .when(tell.AbortRun)
      .then([{ type: "RunAborted", data: { reason: "wrong task", usage, durationMs: 0 } }]);
  });

  it("asks a live run to stop", () => {
    given(...history.running)
      .when(tell.AbortRun)
      .then([run.abortRequested]);
  });

  it("asks only once", () => {
    given(...history.aborting)
      .when(tell.AbortRun)
      .then([]);
  });

  it("of an aborted run decides nothing", () => {
    given(...history.aborted)
      .when(tell.AbortRun)
      .then([]);
  });

  it("of a failed run is refused", () => {
    given(...history.error)
      .when(tell.AbortRun)
      .then(rejected("This run has failed: start a new one."));
  });

  it("of a run that is not there is refused", () => {
    given().when(tell.AbortRun).then(rejected("There is no such run: request it first."));
  });
});

describe("ConfirmAbort", () => {
  it("ends a run that was asked to stop", () => {
    given(...history.aborting)
      .when(tell.ConfirmAbort)
      .then([run.aborted]);
  });

  it("without anybody having asked is refused", () => {
    given(...history.running)
      .when(tell.ConfirmAbort)
      .then(rejected("Nobody has asked for this run to be aborted: ask for it first."));
  });

  it("is remembered through a pause, a takeover and an answer", () => {
    given(...history.attention, run.abortRequested, run.takenOver)
      .when(tell.ConfirmAbort)
      .then([run.aborted]);
    given(...history.paused, run.abortRequested)
      .when(tell.ConfirmAbort)
      .then([run.aborted]);
  });
});

describe("CompleteRun", () => {
  it("counts for an agent that had finished before the abort reached it", () => {
    given(...history.aborting)
      .when(tell.CompleteRun)
      .then([run.completed]);
  });

  it("counts for an agent that had finished before the pause reached it", () => {
    given(...history.paused)
      .when(tell.CompleteRun)
      .then([run.completed]);
  });

  it("of a run that never started is refused", () => {
    given(...history.starting)
      .when(tell.CompleteRun)
      .then(rejected("This run has not started yet: wait until it works to complete it, or abort it."));
  });

  it("of an aborted run is refused", () => {
    given(...history.aborted)
      .when(tell.CompleteRun)
      .then(rejected("This run was aborted: start a new one."));
  });
});

describe("FailRun", () => {
  it("ends even a run that nobody could claim", () => {
    given(run.requested).when(tell.FailRun).then([run.failed]);
  });

  it("repeated decides nothing", () => {
    given(...history.error)
      .when(tell.FailRun)
      .then([]);
  });

  it("of a completed run is refused", () => {
    given(...history.completed)
      .when(tell.FailRun)
      .then(rejected("This run has completed: start a new one."));
  });
});
