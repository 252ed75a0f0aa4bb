import type { Page } from "playwright-core";

/** What was on the page, however briefly: text of each card in every state it had, and the token counts. */
export type Seen = { cards: Record<string, string[]>; tokens: string[] };

/** Watches the document from now on, over all pages of the application, until it is loaded anew. */
export function recordPage(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen: { cards: Record<string, string[]>; tokens: string[] } = { cards: {}, tokens: [] };
    const note = (list: string[], text: string) => {
      if (text !== "" && list.at(-1) !== text) list.push(text);
    };
    const look = () => {
      for (const card of document.querySelectorAll<HTMLElement>("[role=feed] article")) {
        const states = seen.cards[card.dataset.card ?? ""] ?? [];
        seen.cards[card.dataset.card ?? ""] = states;
        // What the agent says counts without its name and time.
        note(states, card.querySelector(".prose")?.textContent ?? card.textContent ?? "");
      }
      const tokens = [...document.querySelectorAll("header dd")].find((fact) =>
        fact.textContent?.endsWith(" tokens"),
      );
      note(seen.tokens, tokens?.textContent ?? "");
    };
    Object.assign(window, { seen });
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
}

export function whatWasSeen(page: Page): Promise<Seen> {
  return page.evaluate(() => (window as unknown as { seen: Seen }).seen);
}
