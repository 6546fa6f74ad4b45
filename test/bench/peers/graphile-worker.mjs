// graphile-worker with its own performance settings: https://worker.graphile.org/docs/performance
import { EventEmitter } from "node:events";
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { countDown, databaseUrl, inFlight, payloads, textOne } from "./text-one.mjs";

const logger = new Logger(() => () => {});
const utils = await makeWorkerUtils({ connectionString: databaseUrl, logger });
await utils.migrate();
for (let first = 0; first < payloads.length; first += 1000) {
  await utils.addJobs(
    payloads.slice(first, first + 1000).map((payload) => ({ identifier: "text", payload, maxAttempts: 1 })),
  );
}
await utils.release();

const events = new EventEmitter();
const count = countDown();
events.on("job:success", () => count.done());
await run({
  connectionString: databaseUrl,
  logger,
  events,
  noHandleSignals: true,
  taskList: { text: textOne },
  concurrency: inFlight,
  maxPoolSize: 10,
  preset: { worker: { localQueue: { size: 5 * inFlight }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
});
await count.say();
process.exit();
