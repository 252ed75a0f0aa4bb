import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, expect, test, vi } from "vitest";
import { Dialog } from "../../../ui/elements/Dialog.tsx";
import { Select } from "../../../ui/elements/Select.tsx";

/** A dialog hides and shows what is around it a frame later. */
const frameLater = () => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve)));

afterEach(async () => {
  cleanup();
  await frameLater();
});

const choices = [
  { value: "a", label: "First" },
  { value: "b", label: "Second" },
];

test("a select in a dialog has its options for readers, and they choose", async () => {
  const onChange = vi.fn<(value: string) => void>();
  render(() => (
    <Dialog open onClose={() => {}} heading="New task">
      <Select label="Model" choices={choices} value="a" placeholder="None" onChange={onChange} />
    </Dialog>
  ));
  // It takes the focus first: a list that is open before that would close again.
  const dialog = screen.getByRole("dialog");
  await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
  fireEvent.keyDown(screen.getByRole("button", { name: /Model/ }), { key: "ArrowDown" });
  const option = await screen.findByRole("option", { name: "Second" });
  expect(dialog.contains(option)).toBe(true);
  await frameLater();
  expect(option.closest("[aria-hidden='true']")).toBeNull();
  fireEvent.keyDown(screen.getByRole("listbox"), { key: "ArrowDown" });
  await waitFor(() => expect(document.activeElement).toBe(option));
  fireEvent.keyDown(option, { key: "Enter" });
  await waitFor(() => expect(onChange).toHaveBeenCalledWith("b"));
});
