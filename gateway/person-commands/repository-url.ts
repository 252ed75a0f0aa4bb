import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BadInput } from "../../core/errors.ts";

/** Credentials as the vault keeps them, as JSON text. */
export type GitCredentials = { username: string; password: string };
export type GivenRepository = { url: string; credentials: GitCredentials | null };

const ADVICE = "Give an https or ssh address, or the path of a repository on this machine.";

/**
 * Takes credentials out of the address a person gave; what is behind it is for the worker's probe to say. Throws
 * BadInput for what is no address of a repository; no message repeats the address, which may hold a secret.
 */
export function splitRepositoryUrl(given: string): GivenRepository {
  const text = given.trim();
  if (/^[a-z][a-z0-9+.-]*::/i.test(text)) {
    throw new BadInput(`Addresses that start a helper program ("name::…") are not accepted. ${ADVICE}`);
  }
  if (text === "") throw new BadInput(`The address is empty. ${ADVICE}`);
  if (text.startsWith("-")) throw new BadInput(`An address cannot start with "-". ${ADVICE}`);
  if (text.startsWith("~/")) return { url: join(homedir(), text.slice(2)), credentials: null };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { url: text, credentials: null };
  return splitUrl(parseUrl(text), text);
}

function splitUrl(url: URL, text: string): GivenRepository {
  if (url.protocol === "file:") return { url: pathOf(url), credentials: null };
  if (url.search !== "" || url.hash !== "") {
    throw new BadInput(
      `The address has a part after "?" or "#", which git does not use and where secrets hide. ${ADVICE}`,
    );
  }
  if (url.protocol === "ssh:") return withoutSshPassword(url, text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new BadInput(`Addresses that start with ${url.protocol}// are not accepted. ${ADVICE}`);
  }
  if (url.username === "" && url.password === "") return { url: text, credentials: null };
  const credentials = { username: decoded(url.username), password: decoded(url.password) };
  url.username = "";
  url.password = "";
  return { url: url.href, credentials };
}

function withoutSshPassword(url: URL, text: string): GivenRepository {
  if (url.password === "") return { url: text, credentials: null };
  throw new BadInput(
    "An ssh address cannot carry a password: use the machine's ssh key, or an https address with a token.",
  );
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new BadInput(`This is no address of a repository. ${ADVICE}`);
  return new URL(text);
}

function pathOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new BadInput(`This file address names no path of this machine. ${ADVICE}`);
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
