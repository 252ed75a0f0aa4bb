import { readFileSync } from "node:fs";
import { openCache } from "../../../../worker/git/cache.ts";

/** A process of its own that opens a cache: the request comes as JSON on stdin. Prints the cache's folder. */
const request = JSON.parse(readFileSync(0, "utf8"));
console.log((await openCache(request)).folder);
