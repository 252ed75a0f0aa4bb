/** Where the bytes of blobs lie: paths are `<organization>/<2 characters>/<sha>`. All throw Unavailable when it fails. */
export type BlobFiles = {
  /** The name appears over the whole bytes or not at all. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Null: there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Bytes of the file, without reading it; null: there is none. */
  size(path: string): Promise<number | null>;
  /** Removing what is not there is no error. */
  remove(path: string): Promise<void>;
};

/** The error code of something thrown by the system or the store; empty when it has none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
}
