import { RepositoryError } from "../../core/errors.ts";
import { explainRemote } from "./host/explain.ts";
import { type RemoteAccess, withRemote } from "./host/remote-access.ts";
import { runGit } from "./host-git.ts";
import { repositoryName } from "./parse-url.ts";
import type { GitOptions, Probe, RemoteRepository } from "./repository.ts";

export type RemoteRefs = {
  /** Branch → commit. */
  branches: ReadonlyMap<string, string>;
  /** A branch that exists, or null. */
  defaultBranch: string | null;
};

/** Asks the remote what it has, changing nothing. Throws RepositoryError in one sentence. */
export async function probeRepository(remote: RemoteRepository, options: GitOptions): Promise<Probe> {
  const refs = await withRemote(remote, options, (access) => listRefs(remote, access, options));
  const { defaultBranch, branches } = refs;
  const others = [...branches.keys()].filter((branch) => branch !== defaultBranch).sort();
  const name = repositoryName(remote.url);
  return { name, defaultBranch, branches: defaultBranch === null ? others : [defaultBranch, ...others] };
}

/** The remote's branches as they are now. */
export async function listRefs(
  remote: RemoteRepository,
  access: RemoteAccess,
  options: GitOptions,
): Promise<RemoteRefs> {
  const { url, uploadPack, protocols, config, variables } = access;
  const args = ["ls-remote", "--symref", ...uploadPack, "--", url, "HEAD", "refs/heads/*"];
  const { exitCode, stdout, stderr } = await runGit(args, { options, protocols, config, variables });
  if (exitCode !== 0) throw explainRemote(remote, stderr);
  return parseRefs(stdout.toString("utf8"));
}

/** Lines `ref: refs/heads/main<TAB>HEAD` and `<commit><TAB>refs/heads/main`. */
export function parseRefs(text: string): RemoteRefs {
  const branches = new Map<string, string>();
  let head: string | null = null;
  for (const line of text.split("\n")) {
    const [value = "", name = ""] = line.split("\t");
    if (name === "HEAD" && value.startsWith("ref: refs/heads/"))
      head = value.slice("ref: refs/heads/".length);
    if (name.startsWith("refs/heads/") && /^[0-9a-f]{40,64}$/.test(value)) {
      branches.set(name.slice("refs/heads/".length), value);
    }
  }
  return { branches, defaultBranch: chooseDefault(branches, head) };
}

/** What HEAD names; where it names no branch that exists: `main`, `master`, or the only one there is. */
function chooseDefault(branches: ReadonlyMap<string, string>, head: string | null): string | null {
  const candidates = [head, "main", "master", ...(branches.size === 1 ? branches.keys() : [])];
  return candidates.find((branch): branch is string => branch !== null && branches.has(branch)) ?? null;
}

/** For a branch that was asked for and is not there. */
export function missingBranch(branch: string, branches: Iterable<string>): RepositoryError {
  const known = [...branches].sort();
  const shown = known
    .slice(0, 20)
    .map((name) => `\`${name}\``)
    .join(", ");
  const more = known.length > 20 ? ` and ${known.length - 20} more` : "";
  return new RepositoryError(
    `The branch \`${branch}\` does not exist in this repository. The task was not started. ` +
      `Choose one of: ${shown || "(the repository has no branch)"}${more}.`,
    { reason: "base_branch" },
  );
}
