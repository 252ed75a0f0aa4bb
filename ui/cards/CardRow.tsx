import { type JSX, Match, Show, Switch } from "solid-js";
import { Dynamic } from "solid-js/web";
import IconStopped from "~icons/lucide/ban";
import IconAgent from "~icons/lucide/bot";
import IconThinking from "~icons/lucide/brain";
import IconUnknown from "~icons/lucide/circle-question-mark";
import IconFailed from "~icons/lucide/circle-x";
import IconReads from "~icons/lucide/files";
import IconPlatform from "~icons/lucide/info";
import IconQuestion from "~icons/lucide/message-circle-question-mark";
import IconNote from "~icons/lucide/message-square-text";
import IconEdit from "~icons/lucide/pencil";
import IconCommand from "~icons/lucide/terminal";
import IconTool from "~icons/lucide/wrench";
import { Avatar } from "../elements/Avatar.tsx";
import type { Card } from "../fold/cards.ts";
import { useApp } from "../shell/app-context.tsx";
import { CommandBody, isBad } from "./CommandBody.tsx";
import { EditBody } from "./EditBody.tsx";
import { ErrorBody, LineBody } from "./LineBodies.tsx";
import { lineIcon } from "./line-icon.ts";
import { NoteBody, PersonBody, TextBody, ThinkingBody } from "./MessageCards.tsx";
import { QuestionBody } from "./QuestionBody.tsx";
import { OtherToolBody, ReadsBody } from "./ToolCards.tsx";

type Kind = Card["kind"];

/** A row of the timeline: the icon in its gutter, the hairline, the card. */
export function CardRow(props: { card: Card; runId: string; place: number; total: number }) {
  return (
    <article
      data-card={props.card.id}
      tabindex="-1"
      aria-posinset={props.place + 1}
      aria-setsize={props.total}
      class="flex gap-2.5 pb-3.5 outline-offset-4"
    >
      <div class="flex w-6 shrink-0 flex-col items-center gap-1">
        <Gutter card={props.card} />
        <Show when={props.place + 1 < props.total}>
          <span aria-hidden="true" class="-mb-3.5 w-px flex-1 bg-line" />
        </Show>
      </div>
      <Body card={props.card} runId={props.runId} />
    </article>
  );
}

/** The card when it is of that kind, so that its body gets the right type and is kept while it changes. */
function as<K extends Kind>(card: Card, kind: K): Extract<Card, { kind: K }> | null {
  return isOf(card, kind) ? card : null;
}

function isOf<K extends Kind>(card: Card, kind: K): card is Extract<Card, { kind: K }> {
  return card.kind === kind;
}

function Body(props: { card: Card; runId: string }): JSX.Element {
  const line = () => as(props.card, "line") ?? as(props.card, "unknown") ?? as(props.card, "erased");
  return (
    <Switch fallback={<Show when={line()}>{(card) => <LineBody card={card()} />}</Show>}>
      <Match when={as(props.card, "person")}>{(card) => <PersonBody card={card()} />}</Match>
      <Match when={as(props.card, "text")}>{(card) => <TextBody card={card()} />}</Match>
      <Match when={as(props.card, "thinking")}>{(card) => <ThinkingBody card={card()} />}</Match>
      <Match when={as(props.card, "note")}>{(card) => <NoteBody card={card()} />}</Match>
      <Match when={as(props.card, "reads")}>{(card) => <ReadsBody card={card()} />}</Match>
      <Match when={as(props.card, "edit")}>{(card) => <EditBody card={card()} />}</Match>
      <Match when={as(props.card, "command")}>{(card) => <CommandBody card={card()} />}</Match>
      <Match when={as(props.card, "tool")}>{(card) => <OtherToolBody card={card()} />}</Match>
      <Match when={as(props.card, "question")}>
        {(card) => <QuestionBody card={card()} runId={props.runId} />}
      </Match>
      <Match when={as(props.card, "error")}>{(card) => <ErrorBody card={card()} />}</Match>
    </Switch>
  );
}

const ICONS = {
  thinking: IconThinking,
  note: IconNote,
  reads: IconReads,
  edit: IconEdit,
  command: IconCommand,
  tool: IconTool,
  question: IconQuestion,
  error: IconFailed,
  unknown: IconUnknown,
  erased: IconStopped,
} satisfies Partial<Record<Kind, typeof IconEdit>>;

function Gutter(props: { card: Card }) {
  const app = useApp();
  const person = () => as(props.card, "person");
  const line = () => as(props.card, "line");
  const icon = () => {
    const { kind } = props.card;
    if (kind === "person" || kind === "text" || kind === "line") return null;
    return ICONS[kind];
  };
  return (
    <Switch
      fallback={
        <span class={`grid size-6 place-items-center ${colorOf(props.card)}`}>
          <Dynamic component={icon() ?? IconPlatform} />
        </span>
      }
    >
      <Match when={person()}>{(card) => <Avatar name={app.nameOf(card().actorId)} />}</Match>
      <Match when={props.card.kind === "text"}>
        <span class="grid size-6 place-items-center rounded-control border border-line text-text-2">
          <IconAgent />
        </span>
      </Match>
      <Match when={line()}>
        {(card) => (
          <span class="grid size-6 place-items-center text-text-3">
            <Dynamic component={lineIcon(card().event.type)} />
          </span>
        )}
      </Match>
    </Switch>
  );
}

function colorOf(card: Card): string {
  if (card.kind === "error") return "text-red";
  if (card.kind === "question") return "text-amber";
  if (card.kind === "command" && card.call.state === "running") return "text-accent";
  if ((card.kind === "command" || card.kind === "edit") && isBad(card.call)) return "text-red";
  return "text-text-2";
}
