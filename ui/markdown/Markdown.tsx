import { createMemo, Index, Show } from "solid-js";
import { highlighter } from "../diff/load-highlight.ts";
import { CopyButton } from "../elements/CopyButton.tsx";
import { words } from "../words.ts";
import { type Block, makeBlocks } from "./blocks.ts";

/** A message's text. The same blocks are kept while it grows and when the stored message takes its place. */
export function Markdown(props: { text: string; writing?: boolean }) {
  const update = makeBlocks();
  const blocks = createMemo(() => update(props.text, props.writing === true));
  return (
    <div class={`prose ${props.writing ? "prose-writing" : ""}`}>
      <Index each={blocks()}>{(block) => <MarkdownBlock block={block()} />}</Index>
    </div>
  );
}

function MarkdownBlock(props: { block: Block }) {
  const html = createMemo(() => props.block.html);
  return (
    <Show when={props.block.code} fallback={<div innerHTML={html()} />}>
      {(code) => <CodeBlock text={code().text} language={code().language} />}
    </Show>
  );
}

/** Code with syntax colours as soon as the highlighter is there. */
export function CodeBlock(props: { text: string; language: string }) {
  const html = createMemo(() =>
    props.language === "" ? null : (highlighter()?.(props.text, props.language)?.join("\n") ?? null),
  );
  return (
    <div class="group relative">
      <pre
        tabindex="0"
        class="bar-thin overflow-x-auto rounded-control border border-line bg-sunken px-3 py-2 font-mono text-meta leading-[18px]"
      >
        <Show when={html()} fallback={<code>{props.text}</code>}>
          {(colored) => <code innerHTML={colored()} />}
        </Show>
      </pre>
      <CopyButton
        text={props.text}
        name={words.cards.copy}
        class="absolute! top-1 right-1 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 max-tablet:hidden"
      />
    </div>
  );
}
