/** Shorter first sentences say too little to stand alone: `Fix v1.` */
const LEAST_CHARS = 16;

/** A title's first sentence without its full stop, for where there is little room; alone a title stays as it is. */
export function shortTitle(title: string): string {
  for (const { index } of title.matchAll(/[.!?](?=\s|…$)/g)) {
    if (index >= LEAST_CHARS) return title.slice(0, title[index] === "." ? index : index + 1);
  }
  return title;
}
