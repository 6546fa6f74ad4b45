// npm run faults [-- part of a file's name]: the long campaigns, one after another, and a table of them. With --short a
// short round of each, side by side, and more of the simulation than `npm test` plays. Both build Headgate wrong where
// it takes a whole story to notice.
import { startVitest } from "vitest/node";

const args = process.argv.slice(2);
const isShort = args.includes("--short");
const names = args.filter((arg) => arg !== "--short");

process.env.FAULTS = isShort ? "short" : "long";
const all = ["campaigns/", "saboteurs/", ...(isShort ? ["simulation/"] : [])].map(
  (folder) => `test/protocol/${folder}`,
);
if (isShort) process.env.SIMULATION_SEEDS ??= "61-300";
const vitest = await startVitest("test", names.length > 0 ? names : all, {
  run: true,
  config: "test/vitest.config.ts",
  reporters: ["default", "./test/protocol/campaigns/table.ts"],
  // One long file after another; the rounds of one are side by side.
  fileParallelism: isShort,
  maxWorkers: 2,
});
await vitest.close();
