import * as z from "zod";

/** What the server is told on its stdin, in one JSON line: never through arguments or the environment. */
export const configSchema = z.strictObject({
  apiKey: z.string().min(32),
  dataFolder: z.string().startsWith("/"),
  memoryBytes: z.number().int().positive(),
  workspaceBytes: z.number().int().positive(),
  processes: z.number().int().min(16),
  openFiles: z.number().int().min(64),
  /** No box gets a network when false. */
  network: z.boolean(),
  readyTimeoutMs: z.number().int().positive(),
  maxBoxes: z.number().int().positive().default(64),
});
export type Config = z.infer<typeof configSchema>;

/** What the server prints, once, when it answers. */
export const readyLineSchema = z.object({
  ready: z.literal(true),
  url: z.url(),
  network: z.enum(["egress", "none"]),
  /** Why there is no network; empty when there is. */
  networkReason: z.string(),
  memoryLimit: z.enum(["cgroup", "watchdog"]),
});
export type ReadyLine = z.infer<typeof readyLineSchema>;

/** Bounds of requests: what is larger or more is refused with 413 or 429. */
export const LIMITS = {
  jsonBytes: 1024 * 1024,
  uploadBytes: 3 * 1024 ** 3,
  commandBytes: 120 * 1024,
  commandsAtATime: 64,
  commandsRemembered: 500,
  pathsPerRequest: 1_000,
  backgroundLogBytes: 4 * 1024 * 1024,
  connections: 1_024,
} as const;
