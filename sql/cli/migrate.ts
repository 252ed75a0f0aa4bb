import { readSettings } from "../../core/settings.ts";
import { migrateDatabase, type OpenDatabase, openDatabase } from "../installation/open-database.ts";
import { parseOptions, printJson, printLine, runCommandLine } from "./command-line.ts";

const WHERE: Readonly<Record<OpenDatabase["source"], string>> = {
  external: "the database of DATABASE_URL",
  running: "the database of the running installation",
  embedded: "the embedded database",
};

await runCommandLine(async (args) => {
  const { json } = parseOptions(args, { json: { type: "boolean", default: false } });
  const settings = readSettings(process.env);
  const database = await openDatabase(settings, "migrate");
  try {
    const { source, urls, dataFolder } = database;
    // A running installation migrated at its start; newer files may lie in the checkout since.
    const adminUrl = source === "running" ? urls.adminUrl : null;
    const applied =
      adminUrl === null ? database.applied : (await migrateDatabase(adminUrl, settings, dataFolder)).applied;
    if (json) printJson({ applied, database: source });
    else report(applied, WHERE[source]);
    return 0;
  } finally {
    await database.close();
  }
});

function report(applied: readonly string[], where: string): void {
  for (const name of applied) printLine(`applied ${name}`);
  printLine(
    applied.length === 0 ? `Nothing to do: ${where} is up to date.` : `Done: ${where} is up to date.`,
  );
}
