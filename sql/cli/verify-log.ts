import { readFileSync } from "node:fs";
import * as z from "zod";
import { BadInput, messageOf } from "../../core/errors.ts";
import { readSettings } from "../../core/settings.ts";
import { makePool } from "../database.ts";
import { openDatabase } from "../installation/open-database.ts";
import { readSignedHeads, sealKey, signHeads } from "../sealing/signed-heads.ts";
import { type LogVerdict, readHeads, verifyLog } from "../verify-log.ts";
import { parseOptions, printJson, printLine, runCommandLine } from "./command-line.ts";

await runCommandLine(async (args) => {
  const options = parseOptions(args, {
    organization: { type: "string" },
    against: { type: "string" },
    heads: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  });
  const orgId = organizationOf(options.organization);
  const kept = options.against === undefined ? null : textOf(options.against);
  const database = await openDatabase(readSettings(process.env), "verify log");
  const key = sealKey(database.dataFolder);
  const pool = makePool(database.urls.workerUrl, { max: 1, name: "verify-log" });
  try {
    if (options.heads) {
      printJson(signHeads(await readHeads(pool, orgId), key, new Date()));
      return 0;
    }
    const heads = kept === null ? [] : readSignedHeads(kept, key);
    const verdicts = await verifyLog(pool, { heads, ...(orgId !== undefined && { orgId }) });
    const ok = verdicts.every((verdict) => verdict.ok);
    if (options.json) printJson({ ok, logs: verdicts });
    else
      for (const line of verdicts.length === 0 ? ["There is no log yet."] : verdicts.map(describe))
        printLine(line);
    return ok ? 0 : 1;
  } finally {
    await pool.end();
    await database.close();
  }
});

function describe({ orgId, ok, events, sealedTo, position, reason }: LogVerdict): string {
  if (ok) return `${orgId}: ${events} events in good order, sealed up to position ${sealedTo}.`;
  return `${orgId}: CHANGED at position ${position}: ${reason}`;
}

function organizationOf(given: string | undefined): string | undefined {
  if (given === undefined || z.uuid().safeParse(given).success) return given;
  throw new BadInput(`"${given}" is no organization's id: leave --organization out to verify every log.`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new BadInput(
      `The heads in ${path} cannot be read (${messageOf(error)}): give a file that --heads printed.`,
    );
  }
}
