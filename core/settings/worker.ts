import * as z from "zod";
import { durationMs, flag } from "./fields.ts";

export const workerSettings = {
  /** Runs that one worker drives at a time. */
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(500).default(4),
  WORKER_NAME: z.string().min(1).max(100).optional(),
  /** An OpenSandbox server; left out: the local server over bubblewrap. */
  OPENSANDBOX_URL: z.url().optional(),
  OPENSANDBOX_API_KEY: z.string().min(1).optional(),
  OPENSANDBOX_IMAGE: z.string().min(1).default("ghcr.io/beshkenadze/pihordev-agent:latest"),
  SANDBOX_MEMORY_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(2 * 1024 ** 3),
  SANDBOX_WORKSPACE_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(4 * 1024 ** 3),
  SANDBOX_PROCESSES: z.coerce.number().int().min(16).default(512),
  SANDBOX_OPEN_FILES: z.coerce.number().int().min(64).default(4_096),
  SANDBOX_READY_TIMEOUT_MS: durationMs(30_000),
  SANDBOX_TTL_MS: durationMs(1_800_000),
  /** No sandbox has a network when off. */
  SANDBOX_NETWORK: flag(true),
  TOOL_TIMEOUT_MS: durationMs(120_000),
  TOOL_TIMEOUT_MAX_MS: durationMs(3_600_000),
  RUN_TIMEOUT_MS: durationMs(7_200_000),
  LEASE_TTL_MS: durationMs(12_000),
  LEASE_RENEW_MS: durationMs(3_000),
  LLM_IDLE_TIMEOUT_MS: durationMs(180_000),
  LLM_MAX_RETRIES: z.coerce.number().int().min(0).max(20).default(3),
  LLM_RETRY_BASE_MS: durationMs(1_000),
  GIT_TIMEOUT_MS: durationMs(300_000),
  /** Bytes of a repository's bundle: larger ones are refused. */
  GIT_MAX_BUNDLE_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(2 * 1024 ** 3),
  /** PEM file of authorities that https repositories are checked against; left out: the system's. */
  GIT_SSL_CAINFO: z.string().min(1).optional(),
  /** Private key for ssh repositories without one of their own. */
  GIT_SSH_KEY_FILE: z.string().min(1).optional(),
  /** ssh-agent, asked for repositories over ssh on an install that is bound to loopback. */
  SSH_AUTH_SOCK: z.string().min(1).optional(),
};
