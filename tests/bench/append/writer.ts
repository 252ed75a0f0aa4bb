import { eventsPerSecond } from "./drive.ts";
import { openLog } from "./subjects.ts";

/** A process of the four: appends for a while, and prints how many events a second it wrote. */
const orders: { url: string; organizations: string[]; callers: number; events: number; ms: number } =
  JSON.parse(process.argv[2] ?? "{}");
const subject = openLog(orders.url, orders.organizations);
process.stdout.write(`${await eventsPerSecond(subject, orders)}\n`);
await subject.close();
