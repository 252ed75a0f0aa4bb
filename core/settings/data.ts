import * as z from "zod";
import { durationMs } from "./fields.ts";

const postgresUrl = z.string().refine((text) => /^postgres(?:ql)?:\/\/./.test(text), {
  error: "write postgres://user:password@host:port/database",
});

export const dataSettings = {
  /** Folder of the embedded database, blobs, secrets, caches and the lock file. */
  PIHORDEV_DATA: z.string().min(1).default(".pihordev"),
  /** Another PostgreSQL (16 or newer), as a role that may create roles; left out: the embedded one. */
  DATABASE_URL: postgresUrl.optional(),
  GATEWAY_DATABASE_URL: postgresUrl.optional(),
  WORKER_DATABASE_URL: postgresUrl.optional(),
  AUTH_DATABASE_URL: postgresUrl.optional(),
  /** Seals the vault: 32 bytes in base64. Left out: made on the first start and kept in the data folder. */
  ENCRYPTION_KEY: z.string().min(1).optional(),
  /** s3://key:secret@host/bucket/prefix; left out: blobs lie in the data folder. */
  BLOB_URL: z.string().min(1).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(8),
  LOG_POLL_MS: durationMs(500),
  SEAL_INTERVAL_MS: durationMs(1_000),
  PROJECTION_IDLE_MS: durationMs(1_000),
};
