const MINUTE_MS = 60_000;

/** The calendar day, as YYYY-MM-DD, that a moment falls on in a time zone. */
export function localDay(moment, timeZone) {
  const shifted = new Date(moment.getTime() + offsetMinutes(moment, timeZone) * MINUTE_MS);
  return dayFormat(timeZone).format(shifted);
}

/** How many minutes the time zone is ahead of UTC at that moment. */
export function offsetMinutes(moment, timeZone) {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(moment);
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -minutes : minutes;
}

function dayFormat(timeZone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
}
