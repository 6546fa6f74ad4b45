// The stand-in itself: what is measured against a slow provider measures the provider.
import { z } from "zod";
import { runWithout } from "../fan-out.ts";
import { interleave } from "../interleave.ts";
import { runFresh } from "../processes.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";

const GOAL = 2;

export const provider: Row = async ({ files }) => {
  const messages = size(100_000, 20_000);
  const standIn = await startProvider(files, 0);
  const fanOut = { deliveries: size(20_000, 2_000), inFlight: 50 };
  const bareLoop = runWithout("bare-loop", standIn, files, fanOut);
  const measured = await interleave(
    {
      ceiling: async () => {
        const given = { port: Number(new URL(standIn.url).port), messages };
        const figures = z.object({ perSecond: z.number() });
        const run = await runFresh("runs/provider-ceiling.ts", given, figures, files.trust);
        await standIn.forget();
        return run;
      },
      bareLoop: async () => ({ perSecond: fanOut.deliveries / ((await bareLoop()).wallMs / 1000) }),
    },
    ROUNDS,
  );
  await standIn.stop();
  const ratio = measured.ratio(["ceiling", "perSecond"], ["bareLoop", "perSecond"]);
  const rate = (name: "ceiling" | "bareLoop") => Math.round(measured.of(name, "perSecond"));
  return [
    {
      what: "what the provider's stand-in can take (raw pipelined requests over TLS)",
      against: "the fastest that is measured: the bare loop at 0 ms, 50 in flight",
      goal: `>= ${GOAL}`,
      measured: `${ratio.toFixed(1)} (${rate("ceiling")} against ${rate("bareLoop")} a second)`,
      met: ratio >= GOAL,
    },
  ];
};
