import { accessSync, chmodSync, constants, mkdirSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { BadInput, messageOf } from "../../core/errors.ts";

const ADVICE = "Set PIHORDEV_DATA to a folder of your own and start again.";

/**
 * Makes the data folder, closes it to other people and answers its absolute path. Throws BadInput when it cannot
 * be made, is no folder, belongs to somebody else or cannot be written.
 */
export function openDataFolder(path: string): string {
  const folder = resolve(path);
  const stats = makeFolder(folder);
  if (!stats.isDirectory())
    throw new BadInput(`The data folder ${folder} is a file, not a folder. ${ADVICE}`);
  const uid = process.geteuid?.() ?? stats.uid;
  if (stats.uid !== uid) {
    throw new BadInput(
      `The data folder ${folder} belongs to user ${stats.uid} and this is user ${uid}: ` +
        `its database and secrets would be mixed up. Start as that user, or: ${ADVICE}`,
    );
  }
  try {
    // Root's database and sandboxes run as other users: these may pass through, but not look around.
    chmodSync(folder, uid === 0 ? 0o711 : 0o700);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new BadInput(`The data folder ${folder} cannot be written (${messageOf(error)}). ${ADVICE}`);
  }
  return folder;
}

function makeFolder(folder: string): Stats {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return statSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return statSync(folder);
    throw new BadInput(`The data folder ${folder} cannot be made (${messageOf(error)}). ${ADVICE}`);
  }
}
