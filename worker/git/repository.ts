/**
 * What the host does with git: only in bare repositories of its own, never in a tree that an agent can write.
 * Credentials stay here: the box gets a bundle and gives one back.
 */
export type GitCredentials = { username: string; password: string };

export type RemoteRepository = {
  /** Without credentials. */
  url: string;
  kind: "path" | "https" | "http" | "ssh" | "sample";
  credentials: GitCredentials | null;
};

export type Probe = { name: string; defaultBranch: string | null; branches: string[] };

/** A bare repository on the host's disk, one for each organization and URL, fetched before each run. */
export type BareCache = { folder: string };

/** What a run starts from. `bundle` null: the repository is empty. */
export type Base = {
  branch: string;
  commit: string | null;
  /** File on the host, removed by the caller. */
  bundlePath: string | null;
  notes: string[];
};

export type PushResult = { pushed: boolean };
