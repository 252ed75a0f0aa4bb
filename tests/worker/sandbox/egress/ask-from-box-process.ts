/** Opens a box and prints, as JSON, what each of the named addresses answers from inside. */
import { readSettings } from "../../../../core/settings.ts";
import { openSandbox } from "../../../../worker/sandbox/open-sandbox.ts";
import { startLocalServer } from "../../../../worker/sandbox/start-local-server.ts";

const [, , dataFolder = "", urls = "{}"] = process.argv;
const settings = readSettings({});
const server = await startLocalServer({ dataFolder, settings });
const endpoint = { url: server.url, apiKey: server.apiKey, provider: "local" as const };
const box = await openSandbox({ orgId: "o", runId: "r" }, { settings, endpoint });
const answers: Record<string, string> = { network: box.network };
for (const [name, url] of Object.entries(JSON.parse(urls))) {
  const result = await box.run(`curl -s -m 5 '${url}'`, { timeoutMs: 20_000 });
  answers[name] = result.exitCode === 0 ? result.output.trim() : "refused";
}
console.log(JSON.stringify(answers));
await box.close();
await server.stop();
process.exit(0);
