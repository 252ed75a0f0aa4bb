import type { Settings } from "../../../core/settings.ts";
import { identityOf, isAlive } from "../../../sql/installation/process-identity.ts";
import type { SandboxEndpoint } from "../../parts.ts";
import { startLocalServer } from "../../sandbox/start-local-server.ts";

/** Where boxes come from. */
export type SandboxPart = {
  endpoint: SandboxEndpoint;
  /** False once the local server is gone; a production server is not ours to watch. */
  lives(): boolean;
  stop(): Promise<void>;
};

/** The OpenSandbox server that was named, or a local one, started. */
export async function openSandboxPart(settings: Settings, dataFolder: string): Promise<SandboxPart> {
  if (settings.OPENSANDBOX_URL !== undefined) {
    const apiKey = settings.OPENSANDBOX_API_KEY ?? "";
    const endpoint = { url: settings.OPENSANDBOX_URL, apiKey, provider: "opensandbox" } as const;
    return { endpoint, lives: () => true, stop: async () => {} };
  }
  const server = await startLocalServer({ dataFolder, settings });
  const identity = identityOf(server.pid);
  return {
    endpoint: { url: server.url, apiKey: server.apiKey, provider: "local" },
    lives: () => identity !== null && isAlive(identity),
    stop: () => server.stop(),
  };
}
