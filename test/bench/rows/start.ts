// From the start of the process to the port open, against a Node that has nothing to do.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { startHeadgate } from "../headgate.ts";
import { interleave } from "../interleave.ts";
import { cpuOf } from "../processes.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { size } from "../settings.ts";
import { startSlack } from "../slack.ts";

const GOAL = 6;

export const start: Row = async ({ postgres, files }) => {
  const provider = await startProvider(files, 0);
  const slack = await startSlack();
  const databaseUrl = await postgres.create();
  const measured = await interleave(
    {
      empty: async () => {
        const begun = performance.now();
        await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "close");
        return { wallMs: performance.now() - begun, answeredMs: Number.NaN, cpuMs: Number.NaN };
      },
      headgate: async () => {
        const headgate = await startHeadgate({ databaseUrl, slack, provider, files });
        const begun = performance.now();
        await fetch(`http://127.0.0.1:${headgate.port}/healthz`);
        const answeredMs = headgate.startedInMs + performance.now() - begun;
        const cpuMs = await cpuOf(headgate.pid);
        await headgate.stop();
        return { wallMs: headgate.startedInMs, answeredMs, cpuMs };
      },
    },
    size(11, 5),
  );
  await slack.stop();
  await provider.stop();
  await postgres.drop(databaseUrl);
  const ratio = measured.ratio(["headgate", "wallMs"], ["empty", "wallMs"]);
  return [
    {
      what: "start of the process to the port open, database up",
      against: "`node -e 0`",
      goal: `<= ${GOAL}`,
      measured: `${ratio.toFixed(1)} (${Math.round(measured.of("headgate", "wallMs"))} against ${Math.round(measured.of("empty", "wallMs"))} ms; the first answer after ${Math.round(measured.of("headgate", "answeredMs"))} ms)`,
      cpu: `${Math.round(measured.of("headgate", "cpuMs"))} ms`,
      met: ratio <= GOAL,
    },
  ];
};
