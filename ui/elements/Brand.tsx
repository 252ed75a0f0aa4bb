/** The mark: three nodes and one branch. */
export function Brand() {
  return (
    <span
      aria-hidden="true"
      class="inline-grid size-6 shrink-0 place-items-center rounded-[6px] bg-ink text-on-ink"
    >
      <svg
        viewBox="0 0 16 16"
        width="14"
        height="14"
        fill="none"
        stroke="currentColor"
        stroke-width="1.4"
        aria-hidden="true"
      >
        <circle cx="4.6" cy="4" r="1.7" />
        <circle cx="11.4" cy="4" r="1.7" />
        <circle cx="8" cy="12.2" r="1.7" />
        <path d="M4.6 5.7c0 1.8 1.4 2.2 3.4 2.2s3.4-.4 3.4-2.2M8 7.9v2.6" stroke-linecap="round" />
      </svg>
    </span>
  );
}
