import { randomFillSync } from "node:crypto";

const SALT_BYTES = 16;
/** Asking for randomness costs more than the bytes: 256 salts are taken at a time. */
const pool = Buffer.alloc(SALT_BYTES * 256);
let used = pool.length;

/** 16 random bytes in base64, never given twice. */
export function freshSalt(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += SALT_BYTES;
  return pool.toString("base64", used - SALT_BYTES, used);
}
