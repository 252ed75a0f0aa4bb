import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hashOf, hasStamp, writeStamp } from "./stamp.ts";
import { say } from "./stop.ts";
import { runTool } from "./tool.ts";

const STAMP = ".pihordev-stamp";

/**
 * Builds the page when its sources changed since the last build: beside its place, so that a gateway that runs
 * serves either the old page or the new one, and two builds at once do not mix.
 */
export function ensurePage(root: string): void {
  const place = join(root, "ui/dist");
  const wanted = hashOf(root, ["ui", "core", "bun.lock"], ["ui/dist"]);
  if (hasStamp(join(place, STAMP), wanted)) return;
  say("Building the page …");
  const startedAt = performance.now();
  const draft = join(root, `node_modules/.pihordev-page-${process.pid}`);
  try {
    buildInto(root, draft);
    writeStamp(join(draft, STAMP), wanted);
    rmSync(place, { recursive: true, force: true });
    renameSync(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  say(`Page built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
}

function buildInto(root: string, folder: string): void {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const options = [
    "--config",
    "ui/vite.config.ts",
    "--outDir",
    folder,
    "--emptyOutDir",
    "--logLevel",
    "warn",
  ];
  runTool("Building the page", [process.execPath, "--bun", vite, "build", ...options], { cwd: root });
}
