import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BadInput } from "../../core/errors.ts";
import type { GitCredentials, RemoteRepository } from "./repository.ts";

export type ParseOptions = {
  /** Local paths and http are for an install of one owner that is bound to loopback. */
  allowPaths: boolean;
  /** What `.` and other relative paths are relative to; left out: they are refused. */
  relativeTo?: string;
};

const MAX_URL_CHARS = 2_000;
const FORMS = "Use https://host/path, ssh://user@host/path, user@host:path or an absolute path.";
/** `user@host:path`, where nothing may be read as an option of ssh. */
const SCP_LIKE = /^(?:[a-z0-9_][a-z0-9._-]*@)?(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\]):(?![-/:])[^\s:]+$/i;
const SCP_ABSOLUTE = /^(?:[a-z0-9_][a-z0-9._-]*@)?(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\]):\/(?!\/)[^\s:]*$/i;

/**
 * A repository's address, with its credentials taken out of it.
 * Throws BadInput; its text never repeats the address, which may hold a secret.
 */
export function parseRepositoryUrl(text: string, options: ParseOptions): RemoteRepository {
  const url = text.trim();
  if (url === "") throw new BadInput(`The repository's address is empty. ${FORMS}`);
  if (url.length > MAX_URL_CHARS) throw new BadInput(`The repository's address is too long. ${FORMS}`);
  if (/\p{Cc}/u.test(url) || !url.isWellFormed()) {
    throw new BadInput(`The repository's address holds a character that no address has. ${FORMS}`);
  }
  if (url.startsWith("-")) throw new BadInput(`A repository's address cannot begin with a dash. ${FORMS}`);
  const helper = /^([a-z0-9+.-]+)::/i.exec(url)?.[1];
  if (helper !== undefined) {
    throw new BadInput(
      `Addresses of the form ${helper.slice(0, 20)}:: run programs and are not accepted. ${FORMS}`,
    );
  }
  if (url.startsWith("sample:")) return parseSample(url);
  if (/^[a-z0-9+.-]+:\/\//i.test(url)) return parseWithScheme(url, options);
  if (SCP_LIKE.test(url) || (SCP_ABSOLUTE.test(url) && !url.startsWith("/"))) {
    return { url, kind: "ssh", credentials: null };
  }
  return parsePath(url, options);
}

/** The repository's name: the last part of its path without `.git`. */
export function repositoryName(url: string): string {
  const last = url.replace(/\/+$/, "").split(/[/:]/).at(-1) ?? "";
  return last.replace(/\.git$/, "") || "repository";
}

function parseSample(url: string): RemoteRepository {
  if (!/^sample:[a-z0-9][a-z0-9-]{0,60}$/.test(url)) {
    throw new BadInput("There is no bundled repository of this name. Use sample:parcel-tracker.");
  }
  return { url, kind: "sample", credentials: null };
}

function parseWithScheme(text: string, options: ParseOptions): RemoteRepository {
  const url = parsed(text);
  if (url.search !== "" || url.hash !== "") {
    throw new BadInput(
      "A repository's address has no ? and no #: give a token as user name or password instead.",
    );
  }
  if (url.protocol === "https:") return parseHttp(url, "https");
  if (url.protocol === "http:") {
    if (options.allowPaths) return parseHttp(url, "http");
    throw new BadInput("http sends passwords and code in the clear and is not accepted here. Use https.");
  }
  if (url.protocol === "ssh:") return parseSsh(url, text);
  if (url.protocol === "file:") return parsePath(filePath(url), options);
  throw new BadInput(`Addresses that begin with ${url.protocol}// are not accepted. ${FORMS}`);
}

function parseHttp(url: URL, kind: "https" | "http"): RemoteRepository {
  if (url.hostname === "" || url.pathname.replace(/\/+/g, "") === "") {
    throw new BadInput(`The address names a server but no repository on it. ${FORMS}`);
  }
  const credentials = credentialsOf(url);
  return { url: `${kind}://${url.host}${url.pathname.replace(/\/+$/, "")}`, kind, credentials };
}

function credentialsOf(url: URL): GitCredentials | null {
  if (url.username === "" && url.password === "") return null;
  try {
    return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    throw new BadInput("The user name or password in the address is not written correctly: encode % as %25.");
  }
}

function parseSsh(url: URL, text: string): RemoteRepository {
  if (url.password !== "") {
    throw new BadInput("An ssh address cannot carry a password. Remove it and use a key.");
  }
  const safe =
    /^ssh:\/\/(?:[a-z0-9_][a-z0-9._-]*@)?(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(?::\d{1,5})?\/(?!-)\S+$/i;
  if (!safe.test(text)) throw new BadInput(`This ssh address is not understood. ${FORMS}`);
  return { url: text.replace(/\/+$/, ""), kind: "ssh", credentials: null };
}

function parsePath(text: string, options: ParseOptions): RemoteRepository {
  if (!options.allowPaths) {
    throw new BadInput(
      "Repositories on this machine's disk are not accepted here. Use an https or ssh address.",
    );
  }
  const home = text === "~" || text.startsWith("~/") ? join(homedir(), text.slice(1)) : text;
  if (!home.startsWith("/") && options.relativeTo === undefined) {
    throw new BadInput(`This is neither an address nor an absolute path. ${FORMS}`);
  }
  return { url: resolve(options.relativeTo ?? "/", home), kind: "path", credentials: null };
}

function filePath(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new BadInput(`This file address is not understood. ${FORMS}`);
  }
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new BadInput(`The repository's address is not understood. ${FORMS}`);
  }
}
