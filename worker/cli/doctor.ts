import type { Check } from "../../core/asks.ts";
import { messageOf } from "../../core/errors.ts";
import { readSettings, type Settings } from "../../core/settings.ts";
import { parseOptions, printJson, printLine, runCommandLine } from "../../sql/cli/command-line.ts";
import { makePool } from "../../sql/database.ts";
import { openDataFolder } from "../../sql/installation/data-folder.ts";
import { openDatabase } from "../../sql/installation/open-database.ts";
import { databaseCheck } from "../answers/database-check.ts";
import { gitCheck, modelCheck, sandboxChecks } from "../answers/machine-checks.ts";
import { openSandboxPart } from "../installation/parts/sandbox.ts";
import { takeProviderKeys } from "../models/provider-keys.ts";
import { makeModelRegistry } from "../models/registry.ts";

type Finding = Pick<Check, "state" | "detail" | "advice">;

const MARKS: Readonly<Record<Check["state"], string>> = {
  ok: "ok      ",
  optional: "optional",
  failed: "FAILED  ",
};

await runCommandLine(async (args) => {
  const { json } = parseOptions(args, { json: { type: "boolean", default: false } });
  const settings = readSettings(process.env);
  takeProviderKeys(process.env);
  const checks = (
    await Promise.all([checkDatabase(settings), checkSandboxes(settings), checkGit(), checkModel(settings)])
  ).flat();
  const ok = checks.every(({ state }) => state !== "failed");
  if (json) printJson({ ok, checks });
  else
    for (const line of [...checks.flatMap(describe), ok ? "Ready to run." : "Not ready to run."])
      printLine(line);
  return ok ? 0 : 1;
});

function describe({ state, title, detail, advice }: Check): string[] {
  return [`${MARKS[state]}  ${title}: ${detail}`, ...(advice === "" ? [] : [`          ${advice}`])];
}

/** What is thrown is the finding: each of these is tried by using it. */
async function attempt(
  about: Pick<Check, "id" | "title">,
  advice: string,
  check: () => Promise<Finding>,
): Promise<Check> {
  try {
    return { ...about, ...(await check()) };
  } catch (error) {
    return { ...about, state: "failed", detail: messageOf(error), advice };
  }
}

function checkDatabase(settings: Settings): Promise<Check> {
  const advice = "Correct DATABASE_URL, or unset it to use the embedded database.";
  const external = settings.DATABASE_URL !== undefined;
  return attempt({ id: "database", title: "Database" }, external ? advice : "", async () => {
    const database = await openDatabase(settings, "doctor");
    const pool = makePool(database.urls.workerUrl, { max: 1, name: "doctor" });
    try {
      return await databaseCheck({ pool, settings });
    } finally {
      await pool.end();
      await database.close();
    }
  });
}

async function checkSandboxes(settings: Settings): Promise<Check[]> {
  const about = { id: "sandbox", title: "Sandbox" } as const;
  try {
    const part = await openSandboxPart(settings, openDataFolder(settings.PIHORDEV_DATA));
    try {
      return await sandboxChecks({ sandbox: part.endpoint, settings });
    } finally {
      await part.stop();
    }
  } catch (error) {
    const advice = "Start it with bun start.ts, which installs what it needs, or set OPENSANDBOX_URL.";
    return [{ ...about, state: "failed", detail: messageOf(error), advice }];
  }
}

function checkGit(): Promise<Check> {
  return attempt({ id: "git", title: "Git" }, "Install it: apt-get install -y git", gitCheck);
}

function checkModel(settings: Settings): Promise<Check> {
  const advice = "Check the key's variable, PIHORDEV_MODEL and LLM_BASE_URL.";
  return attempt({ id: "model", title: "Model" }, advice, async () => {
    const models = await makeModelRegistry(settings);
    try {
      return await modelCheck({ models });
    } finally {
      await models.close();
    }
  });
}
