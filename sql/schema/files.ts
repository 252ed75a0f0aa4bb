import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type SqlFile = {
  name: string;
  sql: string;
  sha256: string;
  /** Who owns what the file makes: its first line `-- role: …`, else that of its kind. */
  role: string;
};

const HERE = join(import.meta.dirname, "..");

/** Append-only steps, in order. */
export function migrationFiles(): SqlFile[] {
  return filesIn(join(HERE, "migrations"), { prefix: "", role: "log_owner" });
}

/** One function a file, re-applied when its text has changed. */
export function functionFiles(): SqlFile[] {
  const root = join(HERE, "functions");
  return subfolders(root).flatMap((folder) =>
    filesIn(join(root, folder), { prefix: `functions/${folder}/`, role: "log_owner" }),
  );
}

/** Tables of projections: they can be dropped and made again, so they are files beside their projection. */
export function projectionFiles(): SqlFile[] {
  const root = join(HERE, "..", "projections");
  return subfolders(root).flatMap((folder) =>
    filesIn(join(root, folder), { prefix: `projections/${folder}/`, role: "worker" }),
  );
}

function subfolders(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function filesIn(folder: string, kind: { prefix: string; role: string }): SqlFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), "utf8");
      const role = /^-- role: (\w+)/.exec(sql)?.[1] ?? kind.role;
      return {
        name: `${kind.prefix}${name}`,
        sql,
        role,
        sha256: createHash("sha256").update(sql).digest("hex"),
      };
    });
}
