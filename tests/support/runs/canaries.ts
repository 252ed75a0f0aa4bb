import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

/** The forms in which a secret could have been written down. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Base64 of a text differs with what stands before it: the middle of each of the three is the same anywhere.
  const shifted = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return encoded.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return [secret, encodeURIComponent(secret), bytes.toString("hex"), ...shifted];
}

/** Where a secret stands in these texts, each by its name: empty when nowhere. */
export function findInTexts(
  secrets: readonly string[],
  texts: ReadonlyMap<string, string | Buffer>,
): string[] {
  const found: string[] = [];
  for (const [name, text] of texts) {
    for (const secret of secrets) {
      if (formsOf(secret).some((form) => text.includes(form))) found.push(`${name}: ${secret}`);
    }
  }
  return found;
}

/** Every file below a folder, byte by byte: the database's own files, its write-ahead log, blobs, caches. */
export async function findInFolder(secrets: readonly string[], folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.push(...findInTexts(secrets, new Map([[path, await readFile(path)]])));
  }
  return found;
}

/** Every row of every table of a database, as text: compressed values are whole again. */
export async function findInDatabase(secrets: readonly string[], adminUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} as t`);
      const text = rows.map(({ row }) => row).join("\n");
      found.push(...findInTexts(secrets, new Map([[`table ${name}`, text]])));
    }
    return found;
  } finally {
    await client.end();
  }
}
