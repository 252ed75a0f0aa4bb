/** The names most like `wanted`, best first, at most `limit`; empty when nothing is near. */
export function nearMatches(wanted: string, names: readonly string[], limit = 3): string[] {
  const text = wanted.toLowerCase();
  const allowed = Math.max(3, Math.floor(text.length / 3));
  return names
    .map((name) => ({ name, distance: distanceTo(text, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** A name that contains the other, or the part behind the provider, is nearer than any that must be edited. */
function distanceTo(text: string, name: string): number {
  const model = text.slice(text.indexOf("/") + 1);
  if (model.length >= 3 && name.includes(model)) return Math.min(1, name.length - model.length);
  return editDistance(text, name);
}

/** Insertions, deletions and replacements between two short texts. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}
