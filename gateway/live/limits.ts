/** Bounds of the socket: what one person's page needs, with room, and no more. */
export const MAX_CLIENT_FRAME_BYTES = 256 * 1024;
export const MAX_SUBSCRIPTIONS = 16;
export const MAX_SOCKETS = 2_000;
/** Frames a client may send at once, and how many it may send a second over time. */
export const CLIENT_FRAME_BURST = 60;
export const CLIENT_FRAMES_PER_SECOND = 20;
/** Commands of one socket that wait for their answer. */
export const MAX_COMMANDS_IN_FLIGHT = 16;
/** A socket with more waiting to be sent is slow: nothing more is read for it. */
export const SLOW_BYTES = 512 * 1024;
/** Transient frames are dropped sooner than that. */
export const DROP_DELTAS_BYTES = 128 * 1024;
/** Transient text of one socket that waits to be joined, for `JOIN_DELTAS_MS`. */
export const MAX_WAITING_DELTA_CHARS = 256 * 1024;
export const JOIN_DELTAS_MS = 16;
