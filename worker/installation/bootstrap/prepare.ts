import { ensurePage } from "./build-page.ts";
import { requireBun } from "./bun-version.ts";
import { ensurePackages } from "./install-packages.ts";
import { stopWhenAlone } from "./parent.ts";
import { ensureSystemPackages, GIT, SANDBOX_PROGRAMS, type SystemProgram } from "./system/system-packages.ts";
import { adviseOnUserNamespaces } from "./system/user-namespaces.ts";

export type Needs = {
  /** The page is served. */
  page?: boolean;
  /** Agents run: git, and a sandbox of this machine unless an OpenSandbox server is named. */
  agents?: boolean;
  /** Further programs of the system. */
  programs?: readonly SystemProgram[];
};

/** Makes sure that everything a program needs is there; throws Stop with one sentence when it cannot be. */
export function prepare(root: string, needs: Needs = {}): void {
  requireBun();
  const localSandbox = needs.agents === true && !process.env.OPENSANDBOX_URL;
  ensureSystemPackages([
    ...(needs.agents ? [GIT] : []),
    ...(localSandbox ? SANDBOX_PROGRAMS : []),
    ...(needs.programs ?? []),
  ]);
  if (localSandbox) adviseOnUserNamespaces();
  stopWhenAlone();
  ensurePackages(root);
  stopWhenAlone();
  if (needs.page) ensurePage(root);
}
