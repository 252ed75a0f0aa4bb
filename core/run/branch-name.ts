/** `pihordev/<slug>-<short id>`: at most five words of the title, then six characters of the run's id. */
export function branchName(title: string, runId: string): string {
  const words = title
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .slice(0, 5);
  const slug = words.join("-").slice(0, 40).replace(/-+$/, "") || "task";
  return `pihordev/${slug}-${runId.replace(/-/g, "").slice(0, 6)}`;
}
