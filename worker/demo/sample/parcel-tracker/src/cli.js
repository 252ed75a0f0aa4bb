import { readFileSync } from "node:fs";
import { deliveryDate } from "./delivery-date.js";
import { makeParcel } from "./parcel.js";

const records = JSON.parse(readFileSync(new URL("../data/parcels.json", import.meta.url), "utf8"));
const wanted = process.argv[2];
const parcels = records.map(makeParcel).filter((parcel) => !wanted || parcel.id === wanted);

if (parcels.length === 0) {
  console.error(`There is no parcel ${wanted}.`);
  process.exit(1);
}
for (const parcel of parcels) {
  console.log(`${parcel.id}  from ${parcel.depot.city}  arrives ${deliveryDate(parcel)}`);
}
