import type { Card } from "../../../ui/fold/cards.ts";
import type { RunView } from "../../../ui/fold/run-view.ts";

/** The cards of a view, in the order they show. */
export function cardsOf(view: RunView): Card[] {
  return view.order.flatMap((id) => view.cards.get(id) ?? []);
}

export function kindsOf(view: RunView): Card["kind"][] {
  return cardsOf(view).map((card) => card.kind);
}

export function only<K extends Card["kind"]>(view: RunView, kind: K): Extract<Card, { kind: K }>[] {
  return cardsOf(view).filter((card): card is Extract<Card, { kind: K }> => card.kind === kind);
}
