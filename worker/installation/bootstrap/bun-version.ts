import { Stop } from "./stop.ts";

const NEEDED = "1.4.5";

/** Throws Stop unless this is Bun of the lock file's line. */
export function requireBun(found: string | undefined = process.versions.bun): void {
  const how = `start it with "npx --yes bun@${NEEDED} start.ts".`;
  if (found === undefined)
    throw new Stop(`Pihordev runs on Bun, and this is Node ${process.versions.node}: ${how}`);
  if (isOlder(found, NEEDED))
    throw new Stop(`Pihordev needs Bun ${NEEDED} or newer, and this is ${found}: ${how}`);
}

/** Compares `major.minor.patch`; what stands after it (`-canary…`) does not count. */
export function isOlder(found: string, needed: string): boolean {
  const [have, want] = [numbersOf(found), numbersOf(needed)];
  const at = want.findIndex((number, index) => number !== (have[index] ?? 0));
  return at !== -1 && (have[at] ?? 0) < (want[at] ?? 0);
}

function numbersOf(version: string): number[] {
  return version.split(/[-+]/)[0]?.split(".").map(Number) ?? [];
}
