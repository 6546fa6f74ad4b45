import type { BenchPostgres } from "./database.ts";
import type { ProviderFiles } from "./provider/start.ts";

/** One line of the table. */
export type Line = {
  what: string;
  /** The floor or the peer that it is measured against. */
  against: string;
  goal: string;
  measured: string;
  /** Node's CPU time, ours against theirs, where it says something. */
  cpu?: string;
  /** Undefined where the line only reports. */
  met?: boolean | undefined;
};

export type Row = (tools: Tools) => Promise<Line[]>;

export type Tools = {
  postgres: BenchPostgres;
  files: ProviderFiles;
};
