import { RepositoryError } from "../../../core/errors.ts";
import type { RemoteRepository } from "../repository.ts";

/** What git said about a remote, as one sentence for a person and what to do. Never holds a credential. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /Authentication failed|could not read (?:Username|Password)|The requested URL returned error: 40[13]|HTTP Basic: Access denied/i,
    "asks for a user name and password, or refuses those that were given. Link it again with credentials that may read it",
  ],
  [
    /Permission denied \(|Too many authentication failures|Permission denied, please try again/i,
    "refuses the ssh key, or none was given. Add a key that may read it",
  ],
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    "shows another ssh host key than before. If the server was really changed, remove its line from the known_hosts file in the data folder",
  ],
  [
    /unable to update url base from redirection|The requested URL returned error: 30[12378]/i,
    "redirects to another address, which is not followed. Link the final address, often the one that ends in .git",
  ],
  [
    /SSL certificate|certificate verify|server certificate|unable to get local issuer/i,
    "shows a certificate that is not trusted here. Name its authority in GIT_SSL_CAINFO",
  ],
  [
    /The requested URL returned error: 404|repository .* not found|Repository not found/i,
    "does not exist, or may not be seen with these credentials. Check the address",
  ],
  [
    /does not appear to be a git repository|not a git repository/i,
    "is not a git repository. Check the address",
  ],
  [
    /Could not resolve host|Couldn't connect|Failed to connect|Connection refused|Connection timed out|Network is unreachable|No route to host|Connection reset|Operation timed out|Connection closed by|Empty reply from server/i,
    "cannot be reached. Check the address and the network, then try again",
  ],
  [/transport '?[a-z]*'? not allowed/i, "has an address of a kind that is not accepted. Use https or ssh"],
  [
    /early EOF|unexpected disconnect|RPC failed|hung up unexpectedly|bytes of body are still expected/i,
    "broke off in the middle. Try again",
  ],
  [
    /fsck error|error: object [0-9a-f]{40}|invalid index-pack output/i,
    "holds objects that fail git's own check. Run `git fsck` there",
  ],
];

export function explainRemote(remote: RemoteRepository, stderr: string): RepositoryError {
  const reason = REASONS.find(([pattern]) => pattern.test(stderr))?.[1];
  const said = reason ?? `cannot be used: ${lastWords(stderr, remote)}`;
  return new RepositoryError(`The repository ${remote.url} ${said}.`);
}

export function diskFull(): RepositoryError {
  return new RepositoryError(
    "The disk of this machine is full. The run stopped and changed nothing in the repository. Free some space, then run it again.",
    { reason: "disk_full" },
  );
}

/** git's last line, shortened, without known secrets and without control characters. */
export function lastWords(stderr: string, remote: RemoteRepository): string {
  const lines = stderr.split("\n").map((line) => line.replace(/^(?:fatal|error|remote): ?/i, "").trim());
  const line = lines.filter((text) => text !== "").at(-1) ?? "git gave no reason";
  return withoutSecrets(line, remote)
    .replace(/\p{Cc}/gu, "")
    .slice(0, 300)
    .replace(/\.$/, "");
}

function withoutSecrets(text: string, { credentials }: RemoteRepository): string {
  if (!credentials) return text;
  const { username, password } = credentials;
  const encoded = Buffer.from(`${username}:${password}`).toString("base64");
  const alone = password === "" ? [username, encodeURIComponent(username)] : [];
  return [password, encodeURIComponent(password), encoded, ...alone]
    .filter((secret) => secret.length >= 3)
    .reduce((left, secret) => left.replaceAll(secret, "***"), text);
}
