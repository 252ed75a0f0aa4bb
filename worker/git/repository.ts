/**
 * What the host does with git: only in bare repositories of its own, never in a tree that an agent can write.
 * Credentials stay here: the box gets a bundle and gives one back.
 */
/** Of an ssh URL: `password` is the text of a private key. */
export type GitCredentials = { username: string; password: string };

export type RepositoryKind = "path" | "https" | "http" | "ssh" | "sample";

export type RemoteRepository = {
  /** Without credentials. Of kind `path`, and of a `sample` that was resolved: an absolute path. */
  url: string;
  kind: RepositoryKind;
  credentials: GitCredentials | null;
};

/** `defaultBranch` null: the repository is empty, or its HEAD names no branch that exists. */
export type Probe = { name: string; defaultBranch: string | null; branches: string[] };

/** A bare repository on the host's disk, one for each organization and URL, fetched before each run. */
export type BareCache = { folder: string; defaultBranch: string | null };

/** What a run starts from. `commit` and `bundlePath` null: the repository is empty. */
export type Base = {
  branch: string;
  commit: string | null;
  /** File on the host, removed by the caller. */
  bundlePath: string | null;
  /** For people: submodules left alone, an empty repository. */
  notes: string[];
};

/** `pushed` false: the branch was there already. */
export type PushResult = { pushed: boolean };

/** What every use of git on the host is bound by. */
export type GitOptions = {
  /** Absolute. Caches, temporary files and known_hosts lie under `git/` in it. */
  dataFolder: string;
  timeoutMs: number;
  /** More than this is neither fetched, handed out nor taken in. */
  maxBundleBytes: number;
  /** Only on an install of one owner that is bound to loopback: local paths, http and loopback addresses. */
  allowPaths: boolean;
  /** As in the setting ALLOWED_PRIVATE_HOSTS. */
  allowedPrivateHosts: string;
  /** Certificates of authorities for https, in PEM; left out: the system's. */
  caFile?: string;
  /** For ssh addresses without a key of their own. */
  sshKeyFile?: string;
  sshAgentSocket?: string;
  signal?: AbortSignal;
};
