import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import pg from "pg";
import { BadInput, Forbidden, NotFound, Unavailable } from "../core/errors.ts";

export type SecretKind = "git" | "provider" | "project";

export type Vault = {
  /** Stores a secret and answers its id, the only thing of it that may be written anywhere else. */
  seal(orgId: string, kind: SecretKind, value: string): Promise<string>;
  /** As role worker only. Throws NotFound, Forbidden for any other role, Unavailable for another key. */
  open(orgId: string, secretId: string): Promise<string>;
  /** Removing what is not there is no error. */
  removeSecret(orgId: string, secretId: string): Promise<void>;
};

/** An envelope: format (1 byte), nonce (12), tag (16), AES-256-GCM ciphertext. */
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Secrets at rest. `encryptionKey` is 32 bytes in base64; each organization's key is derived from it, and each
 * envelope is bound to its organization, id and kind, so that none can be moved to another row. Throws BadInput for
 * a key of another length.
 */
export function makeVault(pool: pg.Pool, encryptionKey: string): Vault {
  const master = keyBytes(encryptionKey);
  const keyId = createHash("sha256")
    .update("pihordev vault key id")
    .update(master)
    .digest("hex")
    .slice(0, 16);
  const keyFor = (orgId: string) =>
    Buffer.from(hkdfSync("sha256", master, orgId, "pihordev vault organization key", KEY_BYTES));

  return {
    async seal(orgId, kind, value) {
      const secretId = randomUUID();
      const sealed = encrypt(keyFor(orgId), value, boundTo(orgId, secretId, kind));
      await within(pool, orgId, (client) =>
        client.query("insert into vault (org_id, id, kind, key_id, sealed) values ($1, $2, $3, $4, $5)", [
          ...[orgId, secretId, kind, keyId, sealed],
        ]),
      );
      return secretId;
    },

    async open(orgId, secretId) {
      const row = await readEnvelope(pool, orgId, secretId);
      if (row.key_id !== keyId) throw otherKey(row.key_id, keyId);
      return decrypt(keyFor(orgId), row.sealed, boundTo(orgId, secretId, row.kind));
    },

    async removeSecret(orgId, secretId) {
      await within(pool, orgId, (client) =>
        client.query("delete from vault where org_id = $1 and id = $2", [orgId, secretId]),
      );
    },
  };
}

type Envelope = { kind: string; key_id: string; sealed: Buffer };

async function readEnvelope(pool: pg.Pool, orgId: string, secretId: string): Promise<Envelope> {
  const { rows } = await within(pool, orgId, (client) =>
    client.query<Envelope>("select kind, key_id, sealed from vault where org_id = $1 and id = $2", [
      orgId,
      secretId,
    ]),
  );
  if (!rows[0]) throw new NotFound("This secret is not in the vault: enter it again.");
  return rows[0];
}

/** A transaction that has entered the organization: row-level security shows nothing without it. */
async function within<Result>(
  pool: pg.Pool,
  orgId: string,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select enter_log($1)", [orgId]);
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (thrown) {
    await client.query("rollback").catch(() => {});
    if (thrown instanceof pg.DatabaseError && thrown.code === INSUFFICIENT_PRIVILEGE) {
      throw new Forbidden("Secrets are opened in the worker only: this process may not read them.", {
        cause: thrown,
      });
    }
    throw thrown;
  } finally {
    client.release();
  }
}

function encrypt(key: Buffer, value: string, boundText: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(boundText);
  const text = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), text]);
}

function decrypt(key: Buffer, sealed: Buffer, boundText: Buffer): string {
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
  try {
    if (sealed[0] !== FORMAT) throw new Error(`envelope format ${sealed[0]}`);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(boundText).setAuthTag(tag);
    const text = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new Unavailable("A secret in the vault was changed and cannot be opened: enter it again.", {
      cause,
    });
  }
}

function boundTo(orgId: string, secretId: string, kind: string): Buffer {
  return Buffer.from(`${orgId} ${secretId} ${kind}`);
}

function keyBytes(encryptionKey: string): Buffer {
  const bytes = Buffer.from(encryptionKey, "base64");
  if (bytes.length === KEY_BYTES) return bytes;
  throw new BadInput(
    `The encryption key has ${bytes.length} bytes and must have ${KEY_BYTES} in base64: make one with "openssl rand -base64 32".`,
  );
}

function otherKey(found: string, ours: string): Unavailable {
  return new Unavailable(
    `This secret was sealed with the key ${found} and ENCRYPTION_KEY is ${ours}: start with the key of that time, or enter the secret again.`,
  );
}
