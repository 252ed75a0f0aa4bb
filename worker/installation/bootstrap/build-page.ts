import { join } from "node:path";
import { hashOf, hasStamp, writeStamp } from "./stamp.ts";
import { say } from "./stop.ts";
import { runTool } from "./tool.ts";

/** Builds the page when its sources changed since the last build. */
export function ensurePage(root: string): void {
  const stampFile = join(root, "ui/dist/.pihordev-stamp");
  const wanted = hashOf(root, ["ui", "core", "bun.lock"], ["ui/dist"]);
  if (hasStamp(stampFile, wanted)) return;
  say("Building the page …");
  const startedAt = performance.now();
  const vite = join(root, "node_modules/vite/bin/vite.js");
  runTool(
    "Building the page",
    [process.execPath, "--bun", vite, "build", "--config", "ui/vite.config.ts", "--logLevel", "warn"],
    { cwd: root },
  );
  writeStamp(stampFile, wanted);
  say(`Page built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
}
