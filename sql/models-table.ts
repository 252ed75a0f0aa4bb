import type pg from "pg";
import * as z from "zod";
import { type Model, modelSchema } from "../core/api.ts";

/** Replaces the catalogue: the models a worker can run, with prices, in the order given. */
export async function saveModels(
  pool: pg.Pool,
  models: readonly Model[],
  defaultModel: string,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    // Two workers that start at once write one after the other.
    await client.query("lock table models in share row exclusive mode");
    await client.query("delete from models where ref <> all ($1)", [models.map(({ ref }) => ref)]);
    await client.query(
      `insert into models (ref, rank, is_default, model)
       select m.model->>'ref', m.rank, m.model->>'ref' = $2, m.model
       from jsonb_array_elements($1::jsonb) with ordinality as m(model, rank)
       on conflict (ref) do update set rank = excluded.rank, is_default = excluded.is_default,
         model = excluded.model, saved_at = now()`,
      [JSON.stringify(models), defaultModel],
    );
    await client.query("commit");
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** The catalogue; `defaultModel` is empty until a worker has started once. */
export async function listModels(
  pool: Pick<pg.Pool, "query">,
): Promise<{ defaultModel: string; models: Model[] }> {
  const { rows } = await pool.query<{ ref: string; is_default: boolean; model: unknown }>(
    "select ref, is_default, model from models order by rank",
  );
  return {
    defaultModel: rows.find((row) => row.is_default)?.ref ?? "",
    models: z.array(modelSchema).parse(rows.map((row) => row.model)),
  };
}
