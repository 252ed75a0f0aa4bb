/** A job that an event asks for, added in the transaction that appends the event. */
export type JobRequest = {
  task: "dispatch" | "project" | "send_email";
  payload: Record<string, string | number>;
  /** Deduplicated by Graphile Worker: one waiting job a key. */
  jobKey: string;
};

/** Which job an event asks for: the whole policy, pure. */
export function jobsFor(event: { type: string }): JobRequest[] {
  if (event.type === "RunRequested" || isRunEnd(event.type)) {
    return [{ task: "dispatch", payload: {}, jobKey: "dispatch" }];
  }
  return [];
}

/** A run that ends frees a place for the next one in the queue. */
function isRunEnd(type: string): boolean {
  return type === "RunCompleted" || type === "RunFailed" || type === "RunAborted";
}
