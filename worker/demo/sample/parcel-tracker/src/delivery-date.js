import { addBusinessDays } from "./business-days.js";
import { localDay } from "./local-day.js";
import { services } from "./parcel.js";

/** The day on which a parcel arrives, as YYYY-MM-DD. */
export function deliveryDate(parcel) {
  const sentOn = localDay(parcel.sentAt, parcel.depot.timeZone);
  return addBusinessDays(sentOn, services[parcel.service]);
}
