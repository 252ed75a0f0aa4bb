/** Where parcels are handed in. The time zone decides which day it is there. */
export const depots = {
  BER: { city: "Berlin", timeZone: "Europe/Berlin" },
  LIS: { city: "Lisbon", timeZone: "Europe/Lisbon" },
  AKL: { city: "Auckland", timeZone: "Pacific/Auckland" },
};

export function depotOf(code) {
  const depot = depots[code];
  if (!depot) throw new Error(`Unknown depot "${code}".`);
  return depot;
}
