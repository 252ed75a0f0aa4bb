import type { IncomingMessage } from "node:http";
import * as z from "zod";
import { ApiError, invalid } from "./answers.ts";
import type { FileWrite } from "./box/file-channel.ts";

/** An upload is pairs of parts, `metadata` (JSON) and `file`, read as they come: a file is never held in memory. */
const metadataSchema = z.object({ path: z.string().min(1).max(4_096), mode: z.number().int().optional() });
export type UploadTarget = { maxBytes: number; open(metadata: z.infer<typeof metadataSchema>): FileWrite };

const HEADER_BYTES = 16 * 1024;
const METADATA_BYTES = 64 * 1024;
const HEADER_END = Buffer.from("\r\n\r\n");

export function uploadBoundary(contentType: string | undefined): string {
  const boundary = contentType?.match(/^multipart\/form-data;\s*boundary="?([^";\s]{1,200})"?/i)?.[1];
  if (!boundary)
    throw new ApiError(400, "INVALID_REQUEST", "An upload is multipart/form-data with a boundary.");
  return boundary;
}

/** Writes every file of the upload; answers their number. A file is put in place only when it came whole. */
export async function readUpload(
  request: IncomingMessage,
  boundary: string,
  target: UploadTarget,
): Promise<number> {
  const body = makeBody(request, target.maxBytes);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  await body.until(Buffer.from(`--${boundary}`), { maxBytes: HEADER_BYTES });
  let files = 0;
  let metadata: z.infer<typeof metadataSchema> | null = null;
  while ((await body.take(2)).toString() !== "--") {
    const headers = (await body.until(HEADER_END, { maxBytes: HEADER_BYTES })).toString("utf8");
    const name = headers.match(/name="([^"]*)"/)?.[1];
    if (name === "metadata") {
      metadata = parseMetadata(await body.until(delimiter, { maxBytes: METADATA_BYTES }));
    } else if (name === "file" && metadata) {
      await writeFile(body, delimiter, target.open(metadata));
      metadata = null;
      files += 1;
    } else {
      throw invalid("An upload is pairs of a part named metadata and one named file.");
    }
  }
  return files;
}

async function writeFile(body: Body, delimiter: Buffer, file: FileWrite): Promise<void> {
  try {
    await body.until(delimiter, { each: (bytes) => file.chunk(bytes) });
  } catch (thrown) {
    await file.discard();
    throw thrown;
  }
  await file.commit();
}

function parseMetadata(bytes: Buffer): z.infer<typeof metadataSchema> {
  try {
    return metadataSchema.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    throw invalid("The metadata of an upload is JSON with a path.");
  }
}

type Until = { maxBytes?: number; each?: (bytes: Buffer) => Promise<void> };
type Body = {
  take(length: number): Promise<Buffer>;
  /** Reads past `mark`; what was before it goes to `each`, or is the answer. */
  until(mark: Buffer, options: Until): Promise<Buffer>;
};

function makeBody(request: IncomingMessage, maxBytes: number): Body {
  const pieces = request[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let total = 0;

  async function more(): Promise<void> {
    const next = await pieces.next();
    if (next.done) throw invalid("The upload ended too early.");
    const piece = Buffer.from(next.value);
    total += piece.length;
    if (total > maxBytes)
      throw new ApiError(413, "BODY_TOO_LARGE", `An upload has at most ${maxBytes} bytes.`);
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
  }

  return {
    async take(length) {
      while (held.length < length) await more();
      const taken = held.subarray(0, length);
      held = held.subarray(length);
      return taken;
    },
    async until(mark, options) {
      for (;;) {
        const at = held.indexOf(mark);
        // The mark may begin in the last bytes: they stay until more has come.
        const before = at >= 0 ? at : Math.max(0, held.length - mark.length + 1);
        if (!options.each && before > (options.maxBytes ?? 0))
          throw invalid("A part of the upload is too long.");
        if (options.each && before > 0) await options.each(held.subarray(0, before));
        const taken = held.subarray(0, before);
        if (options.each || at >= 0) held = held.subarray(at >= 0 ? at + mark.length : before);
        if (at >= 0) return taken;
        await more();
      }
    },
  };
}
