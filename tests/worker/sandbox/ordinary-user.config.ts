import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** The sandbox's tests once more, without root: `as-ordinary-user.e2e.test.ts` runs this. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../../.."),
    pool: "threads",
    maxWorkers: 1,
    include: ["tests/worker/sandbox/**/*.e2e.test.ts"],
    exclude: ["**/as-ordinary-user.e2e.test.ts", "**/egress/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    cache: false,
  },
});
