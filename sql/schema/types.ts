import { generate, PostgresDialect } from "kysely-codegen";

/** TypeScript types of the tables, as kysely wants them: int8 is a number, as `makePool` reads it. */
export async function generateTypes(url: string): Promise<string> {
  const dialect = new PostgresDialect();
  const db = await dialect.introspector.connect({ connectionString: url, dialect });
  try {
    return await generate({
      db,
      dialect,
      defaultSchemas: ["public"],
      excludePattern: "graphile_worker.*",
      outFile: null,
      typeMapping: { int8: "number" },
    });
  } finally {
    await db.destroy();
  }
}
