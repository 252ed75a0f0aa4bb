import { describe, expect, it } from "vitest";
import { eventCatalog } from "../../core/event-catalog.ts";
import { jobsFor } from "../../core/reactions.ts";

const dispatch = { task: "dispatch", payload: {}, jobKey: "dispatch" };

describe("the jobs that an event asks for", () => {
  it("are the dispatch for a run that is requested, and for each that ends: it frees a place", () => {
    const types = [...eventCatalog.keys()].filter((type) => jobsFor({ type }).length > 0);
    expect(types.sort()).toEqual(["RunAborted", "RunCompleted", "RunFailed", "RunRequested"]);
    for (const type of types) expect(jobsFor({ type })).toEqual([dispatch]);
  });

  it("are none for what is not known", () => {
    expect(jobsFor({ type: "TaskPainted" })).toEqual([]);
  });
});
