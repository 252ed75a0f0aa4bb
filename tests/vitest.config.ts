import { join } from "node:path";
import icons from "unplugin-icons/vite";
import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "..");
const support = join(import.meta.dirname, "support");
const postgres = { globalSetup: [join(support, "clusters/postgres-setup.ts")] };

/**
 * One project a kind of test, so that a run of unit tests starts no database. `threads`: the default pool of
 * child processes does not work under Bun.
 */
const shared = { root, pool: "threads", restoreMocks: true } as const;

export default defineConfig({
  test: {
    root,
    pool: "threads",
    maxWorkers: 2,
    projects: [
      // No test of this kind does I/O or keeps state: one worker for many files is three times as fast.
      {
        test: {
          ...shared,
          name: "unit",
          include: ["tests/**/*.unit.test.ts"],
          testTimeout: 10_000,
          isolate: false,
        },
      },
      {
        test: {
          ...shared,
          ...postgres,
          name: "pg",
          include: ["tests/**/*.pg.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [icons({ compiler: "solid" }), solid()],
        test: {
          ...shared,
          name: "dom",
          include: ["tests/**/*.dom.test.{ts,tsx}"],
          environment: "jsdom",
          server: { deps: { inline: [/solid-js/, /@solidjs/, /@kobalte/, /@corvu/, /solid-p/, /virtua/] } },
        },
      },
      {
        test: {
          ...shared,
          ...postgres,
          name: "e2e",
          include: ["tests/**/*.e2e.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
