import type pg from "pg";
import { type Answer, type AskKind, asks, type Question } from "../core/asks.ts";
import { AskTimeout, messageOf, PihordevError } from "../core/errors.ts";
import { errorFromCode } from "./exchange/error-from-code.ts";
import type { WakeUps } from "./notifications.ts";

export type AskRequest<Kind extends AskKind> = {
  orgId: string;
  kind: Kind;
  question: Question<Kind>;
  timeoutMs: number;
};

/** How to answer each kind, in the name of an organization. What one throws is thrown again where it was asked. */
export type Answerers = {
  [Kind in AskKind]: (orgId: string, question: Question<Kind>) => Promise<Answer<Kind>>;
};

type AnswerRow = { answer: unknown; error_code: string | null; error_message: string | null };
type AskRow = { id: string; org_id: string; kind: string; question: unknown };

/** For an answer whose wake-up got lost. */
const ANSWER_POLL_MS = 250;
const MAX_AT_ONCE = 8;

/**
 * Asks any worker and waits for the answer. Throws AskTimeout, or the error that the worker threw, made again by
 * its code.
 */
export async function ask<Kind extends AskKind>(
  pool: pg.Pool,
  wakeUps: WakeUps,
  { orgId, kind, question, timeoutMs }: AskRequest<Kind>,
): Promise<Answer<Kind>> {
  const deadline = Date.now() + timeoutMs;
  const bell = makeBell();
  const { rows } = await pool.query<{ id: string }>("select ask($1, $2, $3, $4) as id", [
    orgId,
    kind,
    JSON.stringify(asks[kind].question.parse(question)),
    timeoutMs,
  ]);
  const id = rows[0]?.id ?? "";
  const off = wakeUps.onAnswer((answered) => answered === id && bell.ring());
  try {
    while (Date.now() < deadline) {
      const row = await takeAnswer(pool, id);
      if (row) return parseAnswer(kind, row);
      await bell.wait(Math.min(ANSWER_POLL_MS, Math.max(1, deadline - Date.now())));
    }
  } finally {
    off();
  }
  await pool.query("select withdraw_ask($1)", [id]);
  throw new AskTimeout(`No worker answered in ${timeoutMs} ms: see that one is running, then try again.`);
}

async function takeAnswer(pool: pg.Pool, id: string): Promise<AnswerRow | null> {
  const { rows } = await pool.query<AnswerRow>("select * from take_answer($1)", [id]);
  return rows[0] ?? null;
}

function parseAnswer<Kind extends AskKind>(kind: Kind, row: AnswerRow): Answer<Kind> {
  if (row.error_code !== null) throw errorFromCode(row.error_code, row.error_message ?? "");
  return asks[kind].answer.parse(row.answer) as Answer<Kind>;
}

/** Answers what is asked, in any number of workers at once: each question is taken by one of them. */
export function answerAsks(
  { pool, wakeUps, pollMs }: { pool: pg.Pool; wakeUps: WakeUps; pollMs: number },
  answerers: Answerers,
): { stop(): Promise<void> } {
  const bell = makeBell();
  const off = wakeUps.onAsk(() => bell.ring());
  const underWay = new Set<Promise<void>>();
  let stopped = false;
  const loop = async () => {
    while (!stopped) {
      const row = underWay.size < MAX_AT_ONCE ? await takeAsk(pool, Object.keys(answerers)) : null;
      if (!row) {
        await bell.wait(pollMs);
        continue;
      }
      const work = answerOne(pool, answerers, row).finally(() => {
        underWay.delete(work);
        bell.ring();
      });
      underWay.add(work);
    }
  };
  const running = loop();
  return {
    async stop() {
      stopped = true;
      off();
      bell.ring();
      await running;
      await Promise.all(underWay);
    },
  };
}

/** A database that is away for a moment is no reason to stop answering: the poll tries again. */
async function takeAsk(pool: pg.Pool, kinds: readonly string[]): Promise<AskRow | null> {
  try {
    const { rows } = await pool.query<AskRow>("select * from take_ask($1)", [kinds]);
    return rows[0] ?? null;
  } catch {
    return null;
  }
}

async function answerOne(pool: pg.Pool, answerers: Answerers, row: AskRow): Promise<void> {
  const save = (values: unknown[]) => pool.query("select answer_ask($1, $2, $3, $4)", [row.id, ...values]);
  try {
    const answer = await callAnswerer(answerers, row);
    await save([JSON.stringify(answer), null, null]);
  } catch (error) {
    const code = error instanceof PihordevError ? error.code : "unavailable";
    // The asker's time-out says it when even this cannot be stored.
    await save([null, code, messageOf(error)]).catch(() => {});
  }
}

function callAnswerer(answerers: Answerers, { kind, org_id, question }: AskRow): Promise<unknown> {
  switch (kind) {
    case "machine_checks":
      return answerers.machine_checks(org_id, asks.machine_checks.question.parse(question));
    case "probe_repository":
      return answerers.probe_repository(org_id, asks.probe_repository.question.parse(question));
    case "file_at_checkpoint":
      return answerers.file_at_checkpoint(org_id, asks.file_at_checkpoint.question.parse(question));
    default:
      return Promise.reject(
        errorFromCode("unavailable", `This worker cannot answer "${kind}": it is older.`),
      );
  }
}

/** Wakes one waiter; a ring before the wait is not lost. */
function makeBell() {
  let rung = false;
  let wake: () => void = () => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async wait(ms: number): Promise<void> {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
    },
  };
}
