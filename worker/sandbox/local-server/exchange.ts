import type { IncomingMessage, ServerResponse } from "node:http";
import type { Entry } from "./box/boxes.ts";

/** One request to the execd of one box; `path` starts with a slash and has no query. */
export type Exchange = {
  entry: Entry;
  path: string;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
};
