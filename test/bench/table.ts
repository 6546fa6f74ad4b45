// The output: one markdown table, and the machine that it was measured on.
import { cpus, totalmem } from "node:os";
import type { Line } from "./row.ts";

const HEAD = ["what", "floor or peer", "goal", "measured", "CPU", "met"];

export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(({ what, against, goal, measured, cpu = "", met }) => [
    what,
    against,
    goal,
    measured,
    cpu,
    met === undefined ? "" : met ? "yes" : "**no**",
  ]);
  return [HEAD, HEAD.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export function machineLine(postgresVersion: string): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return (
    `${cpu?.model.trim() ?? "an unknown CPU"}, ${cpus().length} cores, ${memory} GB, ${process.platform}; ` +
    `Node ${process.versions.node}, PostgreSQL ${postgresVersion} with its default durability`
  );
}
