// npm run bench [-- names of rows]: measures Headgate against floors and peers, and prints one table.
//
// Figures are ratios of runs that took turns within this one run: each in a fresh process, in reversed
// order each round, the median of at least five. Nothing here is a timed test, and nothing of it belongs
// to `npm test`. BENCH_QUICK=1 makes everything smaller and runs three rounds: a look, not a result.
//
// The provider's stand-in (provider/server.ts) speaks TLS and has a process of its own; its own ceiling is
// measured too, because what is measured against a slow provider measures the provider. PostgreSQL is the
// one that Headgate brings, with its default durability. bullmq is left out where there is
// no `redis-server` on the PATH. What was measured stands in README.md beside this file.
// Progress goes to stderr, the table to stdout.
import { startPostgres } from "./database.ts";
import { killAll } from "./processes.ts";
import { makeProviderFiles } from "./provider/start.ts";
import type { Line, Row } from "./row.ts";
import { statusCallbacks } from "./rows/callbacks.ts";
import { confirm } from "./rows/confirm.ts";
import { cpu } from "./rows/cpu.ts";
import { exportFiles } from "./rows/export.ts";
import { fanOut } from "./rows/fan-out.ts";
import { idle } from "./rows/idle.ts";
import { importList } from "./rows/import.ts";
import { instances } from "./rows/instances.ts";
import { kill } from "./rows/kill.ts";
import { log } from "./rows/log.ts";
import { memory } from "./rows/memory.ts";
import { modal } from "./rows/modal.ts";
import { pace } from "./rows/pace.ts";
import { peers } from "./rows/peers.ts";
import { people } from "./rows/people.ts";
import { provider } from "./rows/provider.ts";
import { small } from "./rows/small.ts";
import { start } from "./rows/start.ts";
import { isQuick } from "./settings.ts";
import { machineLine, tableOf } from "./table.ts";

const rows: Record<string, Row> = {
  provider,
  "fan-out": fanOut,
  cpu,
  peers,
  kill,
  instances,
  callbacks: statusCallbacks,
  confirm,
  modal,
  log,
  people,
  import: importList,
  export: exportFiles,
  memory,
  pace,
  small,
  start,
  idle,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => rows[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(", ")}; there are: ${Object.keys(rows).join(", ")}.`);
  process.exit(1);
}

// Interrupted, it still takes its PostgreSQL along.
const interrupted = Promise.withResolvers<never>();
interrupted.promise.catch(() => {});
let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    isInterrupted = true;
    interrupted.reject(new Error(signal));
  });
}

const postgres = await startPostgres();
const files = await makeProviderFiles();
const lines: Line[] = [];
try {
  for (const [name, row] of Object.entries(rows)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(name);
    const measured = await Promise.race([row({ postgres, files }), interrupted.promise]).catch(
      async (error: Error): Promise<Line[]> => {
        // What the rows before it found, and those after it will, must not be lost with it.
        console.error(error);
        await killAll();
        process.exitCode = 1;
        return [{ what: name, against: "", goal: "", measured: `failed: ${error.message}`, met: false }];
      },
    );
    console.error(`${tableOf(measured)}\n`);
    lines.push(...measured);
    if (isInterrupted) break;
  }
} finally {
  await killAll();
  await postgres.stop();
  await files.remove();
}
const quick = isQuick ? "A QUICK LOOK (BENCH_QUICK=1): smaller and fewer runs, not a result.\n\n" : "";
process.stdout.write(`\n${quick}${tableOf(lines)}\n\n${machineLine(postgres.version)}\n`);
// A row that failed may have left a server open.
process.exit();
