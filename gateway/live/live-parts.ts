import type { RecordedEvent } from "../../core/event.ts";
import type { DeltaFrame } from "../../core/protocol.ts";
import type { AppendResult } from "../../sql/log-types.ts";
import type { Person } from "../plugins/person.ts";
import type { Tail } from "../tail.ts";

/** What a connection needs of the rest of the gateway. What watches returns its end. */
export type LiveParts = {
  tail: Tail;
  pingMs: number;
  /** Last position of the organization's log. */
  head(person: Person): Promise<number>;
  /** All events of a run's stream. */
  readRun(person: Person, stream: string): Promise<RecordedEvent[]>;
  giveCommand(
    person: Person,
    given: { commandId: string; command: { type: string; data: unknown } },
  ): Promise<AppendResult>;
  watchDeltas(orgId: string, fn: (frame: DeltaFrame) => void): () => void;
  onProjection(orgId: string, fn: (name: string, position: number) => void): () => void;
  /** False only when it is certain: a database that cannot be asked ends nobody's socket. */
  stillMember(person: Person): Promise<boolean>;
  log(line: string): void;
};
