import type { TestProject } from "vitest/node";
import { startTestCluster } from "./cluster.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the test cluster's administrator. */
    postgresAdminUrl: string;
  }
}

type Shared = { users: number; cluster: ReturnType<typeof startTestCluster> };

/** Several projects of one run share one cluster: each sets up and tears down in this process. */
let shared: Shared | null = null;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared ??= { users: 0, cluster: startTestCluster() };
  shared.users += 1;
  const cluster = await shared.cluster;
  project.provide("postgresAdminUrl", cluster.adminUrl);
  return async () => {
    if (!shared) return;
    shared.users -= 1;
    if (shared.users > 0) return;
    shared = null;
    await cluster.stop();
  };
}
