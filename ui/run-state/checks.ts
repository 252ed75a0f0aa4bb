import { commandOf, isCheck, shortCommand } from "../cards/call-text.ts";
import type { CommandCard } from "../fold/cards.ts";
import type { RunView } from "../fold/run-view.ts";

/** `stale`: a file was edited after the check began, so it says nothing about what is there now. */
export type CheckRun = { card: CommandCard; name: string; stale: boolean };
export type CheckList = { checks: readonly CheckRun[]; others: readonly CheckRun[] };

/** Commands of a run: of the same check only the last one, everything else as it came. */
export function checkList(view: RunView): CheckList {
  const checks = new Map<string, CheckRun>();
  const others: CheckRun[] = [];
  for (const id of view.order) {
    const card = view.cards.get(id);
    if (card?.kind !== "command") continue;
    const command = commandOf(card.call);
    const run = { card, name: shortCommand(command), stale: card.position < view.facts.lastEditPosition };
    if (!isCheck(command)) others.push(run);
    else {
      checks.delete(run.name);
      checks.set(run.name, run);
    }
  }
  return { checks: [...checks.values()], others };
}
