import type { Answer, Question } from "../../core/asks.ts";
import { parseRepositoryUrl } from "../git/parse-url.ts";
import { probeRepository } from "../git/probe.ts";
import type { WorkerParts } from "../parts.ts";
import { gitOptions, remoteOf } from "../runs/remote.ts";

const MAX_BRANCHES = 200;

/** Is there a repository, may it be read, and which branches has it. Throws RepositoryError or BadInput. */
export async function probe(
  parts: WorkerParts,
  orgId: string,
  { url, credentialId }: Question<"probe_repository">,
): Promise<Answer<"probe_repository">> {
  const { kind } = parseRepositoryUrl(url, { allowPaths: parts.trustedLoopback });
  const remote = await remoteOf(parts, orgId, { url, kind, credentialId });
  const { name, defaultBranch, branches } = await probeRepository(remote, gitOptions(parts));
  return { kind, name, defaultBranch, branches: branches.slice(0, MAX_BRANCHES) };
}
