import type { WebSocket } from "ws";
import { CLOSE_CODES } from "../../core/protocol.ts";

export type Heartbeat = { everyMs: number; stillMember: () => Promise<boolean> };

/**
 * Ends a socket whose other side is gone (no answer to a ping, and nothing of what waits was taken) and one whose
 * person has left the organization. Returns its end.
 */
export function watchHeartbeat(socket: WebSocket, { everyMs, stillMember }: Heartbeat): () => void {
  let answered = true;
  let waitingBytes = 0;
  const heard = () => {
    answered = true;
  };
  socket.on("pong", heard);
  socket.on("message", heard);
  const timer = setInterval(() => {
    const taking = socket.bufferedAmount < waitingBytes;
    waitingBytes = socket.bufferedAmount;
    if (!answered && !taking) return socket.terminate();
    answered = false;
    socket.ping();
    void stillMember().then((member) => {
      if (!member) socket.close(CLOSE_CODES.unauthenticated);
    });
  }, everyMs);
  return () => clearInterval(timer);
}
