// Reading 100,000 rows takes seconds, in which nobody else could press anything: so an import is worked on in a thread
// of its own. What that takes of memory is gone with it.
import { parentPort, workerData } from "node:worker_threads";
import { openDatabase } from "../../../db/open.ts";
import { WorkerTask, workOn } from "./worker.ts";

/** Statements over all members may take this long. */
const PATIENCE_MS = 600_000;

const task = WorkerTask.parse(workerData);
const { db, close } = openDatabase(task.databaseUrl, { maxConnections: 2, statementTimeoutMs: PATIENCE_MS });
try {
  await workOn({ db, task, tell: (step) => parentPort?.postMessage(step) });
} finally {
  await close();
}
