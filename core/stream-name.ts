import { BadInput } from "./errors.ts";

/** `category-uuid`, after message-db: the text before the first `-` is the category. */
export type StreamCategory = "task" | "run" | "transcript" | "project" | "org" | "user";

const STREAM_NAME = /^(task|run|transcript|project|org|user)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The instance's own log: what happens outside any organization. */
export const INSTANCE_ORG_ID = "00000000-0000-0000-0000-000000000000";

export function streamName(category: StreamCategory, id: string): string {
  const name = `${category}-${id}`;
  if (!STREAM_NAME.test(name))
    throw new BadInput(`"${name}" is no stream name: it is a category, a dash and a UUID in lower case.`);
  return name;
}

export function isStreamName(name: string): boolean {
  return STREAM_NAME.test(name);
}

/** Category and id of a stream name; throws BadInput on anything else. */
export function parseStreamName(name: string): { category: StreamCategory; id: string } {
  const match = STREAM_NAME.exec(name);
  if (!match?.[1] || !match[2])
    throw new BadInput(`"${name}" is no stream name: it is a category, a dash and a UUID in lower case.`);
  return { category: match[1] as StreamCategory, id: match[2] };
}
