/** One agent_event frame carries at most this, or a single larger event. */
export const MAX_FRAME_BYTES = 256 * 1024;
/** After a frame, live reading waits this long: what happens meanwhile goes in one frame. A lone event goes at once. */
export const JOIN_MS = 16;
/** Recent events an organization keeps in memory while somebody watches it. */
export const MAX_WINDOW_EVENTS = 2_000;
export const MAX_WINDOW_BYTES = 4 * 1024 * 1024;
/** Events read in one go by who is behind; fewer while they are large. */
export const MAX_PAGE_EVENTS = 512;
export const MIN_PAGE_EVENTS = 8;
export const LARGE_PAGE_BYTES = 2 * 1024 * 1024;
/** Reads of who is behind, at the same time in the whole process. */
export const MAX_CATCH_UP_READS = 4;
