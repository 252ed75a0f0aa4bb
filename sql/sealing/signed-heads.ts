import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { BadInput } from "../../core/errors.ts";
import { canonicalText } from "../seal-leaf.ts";
import type { SealHead } from "./seal-chain.ts";

const signedHeadsSchema = z.strictObject({
  heads: z.array(
    z.strictObject({
      orgId: z.uuid(),
      position: z.number().int().positive(),
      seal: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
  signedAt: z.iso.datetime(),
  /** SPKI, DER in base64: says which key signed, never that it is the right one. */
  publicKey: z.string(),
  signature: z.string(),
});
export type SignedHeads = z.infer<typeof signedHeadsSchema>;

const FILE = "seal-key.pem";

/**
 * The ed25519 key of the data folder (mode 0600), made on the first use. It appears whole or not at all, and of
 * two processes that make it at once one wins.
 */
export function sealKey(dataFolder: string): KeyObject {
  const file = join(dataFolder, FILE);
  if (!existsSync(file)) makeKey(file);
  return createPrivateKey(readFileSync(file, "utf8"));
}

function makeKey(file: string): void {
  const { privateKey } = generateKeyPairSync("ed25519");
  const draft = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  writeFileSync(draft, pem, { flag: "wx", mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Signs the heads of one moment: whoever keeps the document can show later what the log held then. */
export function signHeads(heads: readonly SealHead[], key: KeyObject, now: Date): SignedHeads {
  const said = { heads: [...heads], signedAt: now.toISOString() };
  return {
    ...said,
    publicKey: createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64"),
    signature: sign(null, Buffer.from(canonicalText(said)), key).toString("base64"),
  };
}

/** The heads of a document that this key has signed. Throws BadInput for any other. */
export function readSignedHeads(text: string, key: KeyObject): SealHead[] {
  const parsed = signedHeadsSchema.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new BadInput("This is no file of signed heads: give the one that --heads printed.");
  const { heads, signedAt, signature } = parsed.data;
  const said = Buffer.from(canonicalText({ heads, signedAt }));
  if (!verify(null, said, createPublicKey(key), Buffer.from(signature, "base64"))) {
    throw new BadInput(
      "The heads were changed, or signed with another key: use the file and the data folder that belong together.",
    );
  }
  return heads;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
