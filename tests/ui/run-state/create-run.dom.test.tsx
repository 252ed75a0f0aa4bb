import { cleanup, render, screen, waitFor } from "@solidjs/testing-library";
import { createRoot, createSignal } from "solid-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Facts } from "../../../ui/run/Facts.tsx";
import { RunRail } from "../../../ui/run/RunRail.tsx";
import { createRun } from "../../../ui/run-state/create-run.ts";
import { RunContext } from "../../../ui/run-state/run-context.tsx";
import { makeHandTail } from "../support/hand-tail.ts";
import { createTestApp, InApp, startApiServer } from "../support/page-app.tsx";
import { makeRecorder, RUN_ID, requested } from "../support/recorded.ts";

const ends: (() => void | Promise<void>)[] = [];
let setListedTo: (position: number) => void;
let asked: () => string[];
let hand: ReturnType<typeof makeHandTail>;

beforeEach(async () => {
  const api = await startApiServer(() => ({
    status: 404,
    body: { error: { code: "not_found", message: "There is no such run." } },
  }));
  hand = makeHandTail();
  asked = () => api.asked().map(({ path }) => path);
  ends.push(api.close);
  const app = createRoot((dispose) => {
    ends.push(dispose);
    const [listedTo, setTo] = createSignal(0);
    setListedTo = setTo;
    return { ...createTestApp({ origin: api.origin, listedTo }), tail: hand.tail };
  });
  render(() => (
    <InApp app={app}>
      <Page />
    </InApp>
  ));
});

afterEach(async () => {
  cleanup();
  for (const end of ends.splice(0).reverse()) await end();
});

function Page() {
  const run = createRun(RUN_ID);
  return (
    <RunContext.Provider value={run}>
      <p>{run.missing() ? "missing" : "here"}</p>
      <Facts />
      <RunRail />
    </RunContext.Provider>
  );
}

/** What the page reads the run's events through. */
function reader() {
  const [found] = hand.subscriptions;
  if (!found) throw new Error("The run's page subscribed to nothing.");
  return found;
}
const fact = (name: string) => screen.getByText(name).nextElementSibling?.textContent;

test("a run is asked for by itself only when the lists should have it and have not", async () => {
  expect(asked()).toEqual([]);
  reader().onEvents([{ ...makeRecorder()("RunRequested", requested), position: 7 }], 7);
  reader().onCaughtUp?.(7);
  setListedTo(6);
  expect(asked()).toEqual([]);
  expect(screen.getByText("here")).toBeTruthy();
  setListedTo(7);
  await waitFor(() => expect(asked()).toEqual([`/api/v1/runs/${RUN_ID}?after=7`]));
  expect(screen.getByText("here")).toBeTruthy();
});

test("a run without any event is missing", async () => {
  reader().onCaughtUp?.(9);
  await waitFor(() => expect(screen.getByText("missing")).toBeTruthy());
  expect(asked()).toEqual([`/api/v1/runs/${RUN_ID}`]);
});

test("what is not known before the first event is a dash, not a guess", async () => {
  expect(fact("Started by")).toBe("—");
  expect(screen.getByTitle("Time at work").textContent).toBe("Time at work—");
  expect(screen.getByTitle("Cost").textContent).toBe("Cost—");
  reader().onEvents([makeRecorder()("RunRequested", requested)], 1);
  await waitFor(() => expect(fact("Started by")).toBe("Mara Lindqvist"));
});
