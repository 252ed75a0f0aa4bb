import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { TooLarge } from "../../../core/errors.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { BOX_GIT_FOLDER } from "./script.ts";

/** Large files travel in pieces, so that neither side holds more than one of them in memory for it. */
const PIECE_BYTES = 32 * 1024 * 1024;

/** Sends a file of the host as `<path>.0000`, `<path>.0001` …: the script that uses it joins them. */
export async function sendFile(sandbox: Sandbox, hostPath: string, path: string): Promise<void> {
  const file = await open(hostPath, "r");
  try {
    const { size } = await file.stat();
    for (let start = 0, part = 0; start < size; start += PIECE_BYTES, part += 1) {
      const piece = Buffer.alloc(Math.min(PIECE_BYTES, size - start));
      await file.read(piece, 0, piece.length, start);
      await sandbox.writeFile(`${path}.${String(part).padStart(4, "0")}`, piece);
    }
  } finally {
    await file.close();
  }
}

/** For a script: leaves `$1` in pieces that takeFile reads, and removes it. */
export const IN_PIECES = `
in_pieces() { split -b ${PIECE_BYTES} -d -a 4 "$1" "$1." && rm -f "$1"; }
`;

/** Reads what a script left in pieces; null: it left nothing. Throws TooLarge. */
export async function takeFile(sandbox: Sandbox, path: string, maxBytes: number): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (let part = 0; ; part += 1) {
    const name = `${path}.${String(part).padStart(4, "0")}`;
    const info = await sandbox.info(name);
    if (info?.type !== "file") break;
    total += info.size;
    if (total > maxBytes)
      throw new TooLarge(`The agent's work is larger than ${maxBytes} bytes and was not taken out.`);
    pieces.push(await sandbox.readFile(name, { maxBytes: PIECE_BYTES }));
  }
  return pieces.length === 0 ? null : Buffer.concat(pieces);
}

/** A folder in the box for one script's results. */
export function outFolder(): string {
  return `${BOX_GIT_FOLDER}/out-${randomBytes(6).toString("hex")}`;
}
