/** Limits that are part of the language: the same in every process and in the page. */
export const MAX_TASK_TEXT_CHARS = 32_000;
export const MAX_TITLE_CHARS = 120;
/** Output of one tool call that is kept in its event; the rest is a blob. */
export const MAX_INLINE_OUTPUT_BYTES = 64 * 1024;
/** One event's data as JSON text. */
export const MAX_EVENT_BYTES = 1024 * 1024;
/** Events of one append. */
export const MAX_EVENTS_PER_APPEND = 1_000;
