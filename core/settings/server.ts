import * as z from "zod";
import { durationMs } from "./fields.ts";

export const serverSettings = {
  /** Port of the page; the next free one is taken when it is in use, unless it was set. */
  PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** Address to bind. Anything but loopback needs PUBLIC_URL. */
  HOST: z.string().default("127.0.0.1"),
  /** Where people reach the page from other machines, for example https://agents.example.com. */
  PUBLIC_URL: z.url().optional(),
  /** Hosts that webhooks, base URLs and repositories may reach although they are private: host or host:port, comma separated. */
  ALLOWED_PRIVATE_HOSTS: z.string().default(""),
  REQUEST_BODY_LIMIT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(1024 * 1024),
  ASK_TIMEOUT_MS: durationMs(20_000),
  /** From the first byte of a request to the last one of its body. */
  REQUEST_TIMEOUT_MS: durationMs(30_000),
  /** How long a read with `?after=` waits for the projection to get there; then it answers what there is. */
  READ_WAIT_MS: durationMs(2_000),
  TAIL_POLL_MS: durationMs(1_000),
  SOCKET_PING_MS: durationMs(15_000),
  /** From starting the gateway to an answer of the page. */
  START_TIMEOUT_MS: durationMs(60_000),
  SHUTDOWN_TIMEOUT_MS: durationMs(15_000),
};
