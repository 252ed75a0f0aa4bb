import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { BadInput } from "../../core/errors.ts";

const secretsSchema = z.object({
  /** 32 bytes in base64: seals the vault. */
  encryptionKey: z.string(),
  /** Of the database roles that `migrate` makes. */
  passwords: z.object({ gateway: z.string(), worker: z.string(), auth: z.string() }),
});
export type Secrets = z.infer<typeof secretsSchema>;

/**
 * Secrets of this installation, made on the first start and kept in `<data>/secrets.json` (0600).
 * `givenKey` (ENCRYPTION_KEY) wins over the kept key and is never written. Throws BadInput for a wrong key or file.
 */
export function openSecrets(dataFolder: string, givenKey?: string): Secrets {
  const file = join(dataFolder, "secrets.json");
  const kept = readSecrets(file) ?? makeSecrets(dataFolder, file);
  const encryptionKey = givenKey ?? kept.encryptionKey;
  if (Buffer.from(encryptionKey, "base64").length !== 32) {
    const from = givenKey === undefined ? `the encryption key in ${file}` : "ENCRYPTION_KEY";
    throw new BadInput(
      `Wrong settings: ${from} must be 32 bytes in base64: make one with "openssl rand -base64 32".`,
    );
  }
  return { ...kept, encryptionKey };
}

/** The file appears whole or not at all, and of two processes that make it at once one wins. */
function makeSecrets(dataFolder: string, file: string): Secrets {
  const made: Secrets = {
    encryptionKey: randomBytes(32).toString("base64"),
    passwords: { gateway: password(), worker: password(), auth: password() },
  };
  const draft = join(dataFolder, `.secrets-${process.pid}-${randomBytes(4).toString("hex")}`);
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
    return made;
  } catch (error) {
    const winner = readSecrets(file);
    if (winner === null) throw error;
    return winner;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readSecrets(file: string): Secrets | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new BadInput(
      `The secrets file ${file} cannot be read: give it back to the user who starts Pihordev.`,
    );
  }
  chmodSync(file, 0o600);
  const parsed = secretsSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new BadInput(
    `The secrets file ${file} is damaged: restore it from a backup; without it, sealed credentials cannot be opened. ` +
      "To begin with new secrets, move it away and start again.",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function password(): string {
  return randomBytes(24).toString("base64url");
}
