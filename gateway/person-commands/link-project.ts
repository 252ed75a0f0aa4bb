import type * as z from "zod";
import { handleCommand } from "../../commands/handle-command.ts";
import type { linkProjectAnswerSchema, linkProjectBodySchema } from "../../core/api.ts";
import { BadInput } from "../../core/errors.ts";
import { ask } from "../../sql/asks.ts";
import type { GatewayDeps } from "../deps.ts";
import type { Person } from "../plugins/person.ts";
import { splitRepositoryUrl } from "./repository-url.ts";

type Wish = z.infer<typeof linkProjectBodySchema>;
type Linked = z.infer<typeof linkProjectAnswerSchema>;

/**
 * Seals the address's credentials, lets a worker reach the repository, and records the project. A secret that no
 * event came to name is removed again. Throws BadInput, RepositoryError, AskTimeout or CommandRejected.
 */
export async function linkProject(deps: GatewayDeps, person: Person, wish: Wish): Promise<Linked> {
  const { url, credentials } = splitRepositoryUrl(wish.url);
  const credentialId =
    credentials && (await deps.vault.seal(person.orgId, "git", JSON.stringify(credentials)));
  let named = false;
  try {
    const probe = await reach(deps, person.orgId, { url, credentialId });
    requireBranch(wish.defaultBranch, probe.branches);
    const data = {
      projectId: wish.projectId,
      name: wish.name ?? probe.name,
      repository: { url, kind: probe.kind, credentialId },
      defaultBranch: wish.defaultBranch,
    };
    const { position, repeated } = await handleCommand(deps.store, {
      orgId: person.orgId,
      command: { type: "LinkProject", data },
      actor: { kind: "person", id: person.personId },
      commandId: wish.commandId,
    });
    named = !repeated;
    return { position, projectId: wish.projectId, probe };
  } finally {
    if (credentialId && !named) await deps.vault.removeSecret(person.orgId, credentialId);
  }
}

function reach(deps: GatewayDeps, orgId: string, question: { url: string; credentialId: string | null }) {
  const timeoutMs = deps.settings.ASK_TIMEOUT_MS;
  return ask(deps.pool, deps.wakeUps, { orgId, kind: "probe_repository", question, timeoutMs });
}

function requireBranch(wanted: string | null, branches: readonly string[]): void {
  // A probe names 200 branches at most: with that many, the missing one may exist all the same.
  if (wanted === null || branches.includes(wanted) || branches.length >= 200) return;
  const some = branches.slice(0, 5).join(", ") || "none, it is empty";
  throw new BadInput(`The repository has no branch "${wanted}" (it has ${some}): choose one that exists.`);
}
