import type { Check } from "../../core/asks.ts";
import type { WorkerParts } from "../parts.ts";

/** The server's version, and where its data is kept when it is ours. */
export async function databaseCheck(
  parts: Pick<WorkerParts, "pool" | "settings">,
): Promise<Omit<Check, "id" | "title">> {
  const { rows } = await parts.pool.query<{ version: string }>("show server_version");
  const [row] = rows;
  const [version] = Object.values(row ?? {});
  const major = String(version).split(" ")[0];
  const place = parts.settings.DATABASE_URL
    ? "Given by DATABASE_URL"
    : `Built in. Kept in ${parts.settings.PIHORDEV_DATA}`;
  return { state: "ok", detail: `PostgreSQL ${major}. ${place}`, advice: "" };
}
