/** An operation's failure in the words of the API: HTTP status, code, message. */
export class FileFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const REFUSED = new Set([
  "EACCES",
  "EEXIST",
  "EINVAL",
  "EISDIR",
  "ELOOP",
  "ENAMETOOLONG",
  "ENOTDIR",
  "ENOTEMPTY",
  "EPERM",
  "EROFS",
  "EXDEV",
  "ERR_INVALID_ARG_VALUE",
]);

export function failureOf(thrown: unknown): { status: number; code: string; message: string } {
  if (thrown instanceof FileFailure)
    return { status: thrown.status, code: thrown.code, message: thrown.message };
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (code === "ENOENT") return { status: 404, code: "FILE_NOT_FOUND", message };
  if (REFUSED.has(code)) return { status: 400, code: "INVALID_FILE_OPERATION", message };
  return { status: 500, code: "RUNTIME_ERROR", message };
}
