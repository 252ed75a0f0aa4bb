const DAY_MS = 86_400_000;

/** The day that lies `count` business days after `day`. Saturdays and Sundays do not count. */
export function addBusinessDays(day, count) {
  let date = new Date(`${day}T00:00:00Z`);
  let left = count;
  while (left > 0) {
    date = new Date(date.getTime() + DAY_MS);
    if (isBusinessDay(date)) left -= 1;
  }
  return date.toISOString().slice(0, 10);
}

function isBusinessDay(date) {
  const weekday = date.getUTCDay();
  return weekday !== 0 && weekday !== 6;
}
