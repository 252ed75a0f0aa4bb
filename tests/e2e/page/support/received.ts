import type { Page } from "playwright-core";

export type Received = {
  /** Every frame and every body, each by a name of its own. */
  texts: Map<string, string | Buffer>;
  /** Answers whose body is still on its way. */
  open(): number;
};

/** Everything that a page is given from now on: frames of its sockets, heads and bodies of answers. */
export function receiveAll(page: Page): Received {
  const texts = new Map<string, string | Buffer>();
  let open = 0;
  const keep = (name: string, text: string | Buffer) => texts.set(`${texts.size + 1} ${name}`, text);
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => keep("frame", payload));
  });
  page.on("requestfinished", async (request) => {
    open += 1;
    try {
      const response = await request.response();
      if (response === null) return;
      keep(`head of ${request.url()}`, JSON.stringify(await response.headersArray()));
      keep(`body of ${request.url()}`, await response.body());
    } catch {
      // The page was left before the browser gave the body out: it was shown to nobody.
    } finally {
      open -= 1;
    }
  });
  return { texts, open: () => open };
}
