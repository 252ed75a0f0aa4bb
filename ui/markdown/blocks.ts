import DOMPurify from "dompurify";
import { Marked, type Token, type Tokens } from "marked";
import remend from "remend";
import { escapeHtml, languageOf } from "../diff/load-highlight.ts";

/** A piece of a message that is drawn on its own; `key` stays the same while its place and text do. */
export type Block = { key: string; html: string; code: { text: string; language: string } | null };

const OPEN = 2;
const marked = new Marked({ gfm: true, breaks: false, async: false });
marked.use({
  renderer: {
    // Raw HTML of an agent is text, not markup.
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
    image: ({ href, text }: Tokens.Image) => linkTo(href, text || href),
    link({ href, tokens }: Tokens.Link) {
      return linkTo(href, this.parser.parseInline(tokens));
    },
  },
});

/**
 * Markdown of a message that grows: finished blocks are kept as they are, only the last two are read again.
 * `writing`: open marks are closed for the eye until the text closes them.
 */
export function makeBlocks(): (text: string, writing: boolean) => Block[] {
  let done: Block[] = [];
  let doneText = "";
  return (text, writing) => {
    if (!text.startsWith(doneText)) {
      done = [];
      doneText = "";
    }
    const tokens = marked.lexer(text.slice(doneText.length));
    const settled = writing ? settledCount(tokens) : 0;
    for (const token of tokens.slice(0, settled)) {
      doneText += token.raw;
      if (token.type !== "space") done.push(blockOf(token, done.length));
    }
    const rest = text.slice(doneText.length);
    const open = marked.lexer(writing ? remend(rest) : rest).filter((token) => token.type !== "space");
    return [...done, ...open.map((token, index) => blockOf(token, done.length + index))];
  };
}

/** How many of a growing text's tokens will not change any more: all before the last two blocks. */
function settledCount(tokens: readonly Token[]): number {
  const blocks = tokens.flatMap((token, index) => (token.type === "space" ? [] : [index]));
  return blocks.at(-OPEN) ?? 0;
}

function blockOf(token: Token, index: number): Block {
  if (isCode(token)) {
    const { text, lang } = token;
    return { key: `${index}`, html: escapeHtml(text), code: { text, language: languageOf(lang ?? "") } };
  }
  const html = DOMPurify.sanitize(marked.parser([token]), { ADD_ATTR: ["target"] });
  return { key: `${index}`, html, code: null };
}

function isCode(token: Token): token is Tokens.Code {
  return token.type === "code";
}

/** Links lead out in a new tab; anything but http, https and mailto stays text. Images become links too. */
function linkTo(href: string, html: string): string {
  if (!/^(https?:|mailto:)/i.test(href)) return `<span>${html}</span>`;
  return `<a href="${escapeHtml(href)}" target="_blank" rel="noopener noreferrer">${html}</a>`;
}
