import type { Answer, AskKind, Question } from "../../../core/asks.ts";
import { Unavailable } from "../../../core/errors.ts";
import { projections } from "../../../projections/registry.ts";
import { runProjection } from "../../../projections/run-projection.ts";
import { type Answerers, answerAsks } from "../../../sql/asks.ts";
import { makePool } from "../../../sql/database.ts";
import { type DeltaSender, makeDeltaSender } from "../../../sql/deltas.ts";
import { type EventStore, makeEventStore } from "../../../sql/event-store.ts";
import { makeWakeUps } from "../../../sql/notifications.ts";
import type { TestDatabase } from "../postgres.ts";

export type WorkerSide = {
  pool: ReturnType<typeof makePool>;
  store: EventStore;
  deltas: DeltaSender;
  /** Questions that were asked, oldest first. */
  asked: { orgId: string; kind: AskKind; question: unknown }[];
  close(): Promise<void>;
};

type Given = { [Kind in AskKind]?: (question: Question<Kind>) => Promise<Answer<Kind>> };

/**
 * What the gateway needs a worker for, as database role `worker`: projections that follow the log, and answers to
 * asks. A kind without an answer given is refused.
 */
export async function startWorkerSide(db: TestDatabase, answers: Given = {}): Promise<WorkerSide> {
  const pool = makePool(db.workerUrl, { name: "worker side" });
  const wakeUps = await makeWakeUps(db.workerUrl);
  const store = makeEventStore(pool);
  const deltas = makeDeltaSender(pool);
  const asked: WorkerSide["asked"] = [];
  const project = makeProjecting(pool, store);
  const stopProjecting = wakeUps.onLog((orgIds) => project(orgIds ?? [db.orgId]));
  project([db.orgId]);
  const asking = answerAsks({ pool, wakeUps, pollMs: 200 }, answerersFrom(answers, asked));
  return {
    ...{ pool, store, deltas, asked },
    async close() {
      stopProjecting();
      await asking.stop();
      await project.idle();
      await deltas.close();
      await store.close();
      await wakeUps.close();
      await pool.end();
    },
  };
}

/** One run of all projections after another, each for the organizations that were named meanwhile. */
function makeProjecting(pool: WorkerSide["pool"], store: EventStore) {
  let working: Promise<void> = Promise.resolve();
  const project = (orgIds: readonly string[]) => {
    working = working.then(async () => {
      for (const orgId of orgIds) {
        for (const projection of projections) await runProjection({ pool, store }, projection, orgId);
      }
    });
  };
  return Object.assign(project, { idle: () => working });
}

function answerersFrom(answers: Given, asked: WorkerSide["asked"]): Answerers {
  const answer =
    <Kind extends AskKind>(kind: Kind, given: Given[Kind]) =>
    async (orgId: string, question: Question<Kind>): Promise<Answer<Kind>> => {
      asked.push({ orgId, kind, question });
      if (!given) throw new Unavailable(`This test answers no ${kind}.`);
      return given(question);
    };
  return {
    machine_checks: answer("machine_checks", answers.machine_checks),
    probe_repository: answer("probe_repository", answers.probe_repository),
    file_at_checkpoint: answer("file_at_checkpoint", answers.file_at_checkpoint),
  };
}
