// bullmq, 50 at once, on a Redis that keeps an append-only file.
import { Queue, Worker } from "bullmq";
import { countDown, payloads, redisPort, textOne } from "./text-one.mjs";

const CONCURRENCY = 50;

const connection = { host: "127.0.0.1", port: redisPort, maxRetriesPerRequest: null };
const queue = new Queue("text", { connection });
for (let first = 0; first < payloads.length; first += 1000) {
  await queue.addBulk(
    payloads.slice(first, first + 1000).map((data) => ({ name: "text", data, opts: { attempts: 1 } })),
  );
}

const count = countDown();
const worker = new Worker("text", ({ data }) => textOne(data), { connection, concurrency: CONCURRENCY });
worker.on("completed", () => count.done());
await count.say();
process.exit();
