import { Button } from "../elements/Button.tsx";
import { Dialog } from "../elements/Dialog.tsx";
import { exact } from "../format.ts";
import { useRun } from "../run-state/run-context.tsx";
import { words } from "../words.ts";

export function StopDialog(props: { open: boolean; onClose(): void; onStop(): void }) {
  const run = useRun();
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      heading={words.run.stopHeading(exact(run.store.view().position))}
      description={words.run.stopText}
    >
      <div class="mt-5 flex justify-end gap-2">
        <Button onClick={props.onClose}>{words.run.keepRunning}</Button>
        <Button look="danger" onClick={props.onStop}>
          {words.run.stop}
        </Button>
      </div>
    </Dialog>
  );
}
