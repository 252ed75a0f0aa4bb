/** Starts a server with a box, prints the server's pid and waits to be killed. */
import { readSettings } from "../../../core/settings.ts";
import { openSandbox } from "../../../worker/sandbox/open-sandbox.ts";
import { startLocalServer } from "../../../worker/sandbox/start-local-server.ts";

const settings = readSettings({});
const server = await startLocalServer({ dataFolder: process.argv[2] ?? "", settings });
const endpoint = { url: server.url, apiKey: server.apiKey, provider: "local" as const };
await openSandbox({ orgId: "o", runId: "r" }, { settings, endpoint });
console.log(server.pid);
setInterval(() => undefined, 1_000);
