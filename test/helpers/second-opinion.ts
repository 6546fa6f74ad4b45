import { existsSync, readFileSync } from "node:fs";

/** What the makers' own data says, where it is beside the project; else undefined. */
export function secondOpinion(name: string): Record<string, unknown> | undefined {
  const file = new URL(`../../../shared/data/${name}`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).map : undefined;
}

/** One of the makers' own payloads, where they are beside the project; else undefined. */
export function makersPayload(name: string) {
  const file = new URL(`../../../shared/data/slack/payloads/${name}`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).payload : undefined;
}
