// pg-boss with batches: a batch is fetched and completed in one statement each.
import { PgBoss } from "pg-boss";
import { countDown, databaseUrl, inFlight, payloads, textOne } from "./text-one.mjs";

const BATCH = 50;

const boss = new PgBoss({ connectionString: databaseUrl, max: 10 });
boss.on("error", (error) => {
  throw error;
});
await boss.start();
await boss.createQueue("text", { retryLimit: 0 });
for (let first = 0; first < payloads.length; first += 1000) {
  await boss.insert(
    "text",
    payloads.slice(first, first + 1000).map((data) => ({ data })),
  );
}

const count = countDown();
await boss.work(
  "text",
  {
    batchSize: BATCH,
    localConcurrency: Math.ceil(inFlight / BATCH),
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5,
  },
  async (jobs) => {
    await Promise.all(jobs.map(({ data }) => textOne(data)));
    count.done(jobs.length);
  },
);
await count.say();
process.exit();
