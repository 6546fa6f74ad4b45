// Reading 100,000 rows takes seconds, in which nobody else could press anything: so an import is worked on in a thread
// of its own. What that takes of memory is gone with it.
import { parentPort, workerData } from "node:worker_threads";
import { openDatabase } from "../../../db/open.ts";
import { WorkerTask, workOn } from "./worker.ts";

/** Statements over all members may take this long. */
const PATIENCE_MS = 600_000;

async function run(task: WorkerTask): Promise<void> {
  const options = { maxConnections: 2, statementTimeoutMs: PATIENCE_MS };
  const { db, close } = openDatabase(task.databaseUrl, options);
  try {
    await workOn({ db, task, tell: (step) => parentPort?.postMessage(step) });
  } finally {
    await close();
  }
}

// Whoever only imports it has no task for it.
const given = WorkerTask.safeParse(workerData);
if (given.success) await run(given.data);
