import { depotOf } from "./depots.js";

/** Business days that each service takes. */
export const services = { express: 1, standard: 3 };

/** A parcel from its record; throws on what no parcel can be. */
export function makeParcel({ id, depot, service, sentAt }) {
  if (!/^[A-Z]{3}-\d{4}$/.test(id ?? "")) throw new Error(`"${id}" is no parcel number.`);
  if (!(service in services)) throw new Error(`Unknown service "${service}".`);
  const moment = new Date(sentAt);
  if (Number.isNaN(moment.getTime())) throw new Error(`Parcel ${id} has no valid time: "${sentAt}".`);
  return { id, depot: depotOf(depot), service, sentAt: moment };
}
