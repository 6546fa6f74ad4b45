// npm run faults [-- part of a file's name]: the long campaigns, one after another, and a table of them.
import { startVitest } from "vitest/node";

process.env.FAULTS = "long";
const vitest = await startVitest(
  "test",
  process.argv.length > 2 ? process.argv.slice(2) : ["test/protocol/campaigns/"],
  {
    run: true,
    config: "test/vitest.config.ts",
    reporters: ["default", "./test/protocol/campaigns/table.ts"],
    // One file after another; the rounds of one are side by side.
    fileParallelism: false,
  },
);
await vitest.close();
