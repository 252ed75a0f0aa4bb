import { makePool } from "../../../sql/database.ts";
import { designs, type Place } from "./designs.ts";

/** What the harness tells a writer, as its one argument. */
export type WriterOrders = {
  url: string;
  design: keyof typeof designs;
  logs: string[];
  events: number;
  callers: number;
};

/** Prints one JSON line for each acknowledged append; ends when it has written what it was told. */
const orders: WriterOrders = JSON.parse(process.argv[2] ?? "{}");
const pool = makePool(orders.url, { max: 8, name: "ordering writer" });
const writer = designs[orders.design].makeWriter(pool, orders.logs);
let written = 0;

const tell = (places: Place[]) => process.stdout.write(`${JSON.stringify(places)}\n`);

async function caller(): Promise<void> {
  while (written < orders.events) {
    const places = await writer.write();
    written += places.length;
    tell(places);
  }
}

await Promise.all(Array.from({ length: orders.callers }, caller));
await writer.close();
await pool.end();
