import type { Answer, Question } from "../../core/asks.ts";
import { NotFound } from "../../core/errors.ts";
import { parseEvent } from "../../core/event-catalog.ts";
import { streamName } from "../../core/stream-name.ts";
import { readFileAtCheckpoint } from "../git/checkpoint-file.ts";
import type { WorkerParts } from "../parts.ts";
import { gitOptions } from "../runs/remote.ts";

type Checkpoint = { position: number; tree: string; commit: string; base: string | null; blob: string };

/** A file as the run's newest checkpoint at or before a position holds it. Throws NotFound. */
export async function fileAtCheckpoint(
  parts: WorkerParts,
  orgId: string,
  { runId, at, path }: Question<"file_at_checkpoint">,
): Promise<Answer<"file_at_checkpoint">> {
  const checkpoints = await checkpointsOf(parts, { orgId, runId, at: at ?? Number.MAX_SAFE_INTEGER });
  const newest = checkpoints.at(-1);
  if (!newest) throw new NotFound("This run has no checkpoint at that moment.");
  const bundles = await Promise.all(checkpoints.map(({ blob }) => parts.blobs.get(orgId, blob)));
  const file = await readFileAtCheckpoint({
    bundles,
    commit: newest.commit,
    path,
    options: gitOptions(parts),
  });
  return { position: newest.position, tree: newest.tree, ...file };
}

async function checkpointsOf(
  parts: WorkerParts,
  run: { orgId: string; runId: string; at: number },
): Promise<Checkpoint[]> {
  const checkpoints: Checkpoint[] = [];
  const stream = streamName("transcript", run.runId);
  for (let after = 0; ; ) {
    const events = await parts.store.readStream(run.orgId, stream, { after });
    for (const stored of events) {
      after = stored.version;
      if (stored.position > run.at) return checkpoints;
      const event = parseEvent(stored);
      if (event.type === "WorkspaceCheckpointed") {
        checkpoints.push({ position: stored.position, ...event.data });
      }
    }
    if (events.length === 0) return checkpoints;
  }
}
