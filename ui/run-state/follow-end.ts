import { createSignal, onCleanup } from "solid-js";

const NEAR_PX = 64;

/**
 * Keeps a scroll region at its end while it grows, but only as long as the person is there: whoever scrolls up
 * stays where they are.
 */
export function createFollowEnd() {
  const [following, setFollowing] = createSignal(true);
  let region: HTMLElement | undefined;
  let lastTop = 0;
  const nearEnd = (element: HTMLElement) =>
    element.scrollHeight - element.clientHeight - element.scrollTop <= NEAR_PX;
  const toEnd = () => {
    if (region) region.scrollTop = region.scrollHeight;
    setFollowing(true);
  };
  const grown = new ResizeObserver(() => {
    if (following()) toEnd();
  });
  onCleanup(() => grown.disconnect());
  return {
    following,
    toEnd,
    /** The element that scrolls, and what in it grows. */
    watch(element: HTMLElement, content: HTMLElement) {
      region = element;
      grown.observe(content);
      grown.observe(element);
    },
    onScroll() {
      if (!region) return;
      const up = region.scrollTop < lastTop - 1;
      lastTop = region.scrollTop;
      if (up) setFollowing(nearEnd(region));
      else if (nearEnd(region)) setFollowing(true);
    },
  };
}
