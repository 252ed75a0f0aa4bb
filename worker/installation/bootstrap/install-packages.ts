import { join } from "node:path";
import { hashOf, hasStamp, writeStamp } from "./stamp.ts";
import { say } from "./stop.ts";
import { runTool } from "./tool.ts";

/**
 * Brings node_modules to the lock file when it is missing or the lock changed. Must run in a process that imports
 * no package: one that was started without node_modules keeps resolving from Bun's global cache.
 */
export function ensurePackages(root: string): void {
  const stampFile = join(root, "node_modules", ".pihordev-stamp");
  const wanted = `${process.platform}-${process.arch} ${hashOf(root, ["bun.lock", "package.json"])}`;
  if (hasStamp(stampFile, wanted)) return;
  say("Installing packages (bun install --frozen-lockfile) …");
  const startedAt = performance.now();
  runTool("Installing the packages", [process.execPath, "install", "--frozen-lockfile"], { cwd: root });
  writeStamp(stampFile, wanted);
  say(`Packages installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
}
