// Fan-out with every durability step against a bare loop of requests that keeps no record.
import { runHeadgate, runWithout } from "../fan-out.ts";
import { interleave } from "../interleave.ts";
import { startProvider } from "../provider/start.ts";
import type { Line, Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";

const settings = [
  { latencyMs: 50, inFlight: 100, goal: 0.97 },
  { latencyMs: 150, inFlight: 100, goal: 0.98 },
  { latencyMs: 50, inFlight: 200, goal: 1.0 },
  { latencyMs: 0, inFlight: 50, goal: 1.0 },
];
const IDEAL_GOAL = 0.85;

export const fanOut: Row = async ({ postgres, files }) => {
  const deliveries = size(20_000, 2_000);
  const lines: Line[] = [];
  for (const { latencyMs, inFlight, goal } of settings) {
    const provider = await startProvider(files, latencyMs);
    const measured = await interleave(
      {
        floor: runWithout("bare-loop", provider, files, { deliveries, inFlight }),
        headgate: runHeadgate(postgres, provider, files, { deliveries, inFlight }),
      },
      ROUNDS,
    );
    await provider.stop();
    const ratio = measured.ratio(["floor", "wallMs"], ["headgate", "wallMs"]);
    const rate = deliveries / (measured.of("headgate", "wallMs") / 1000);
    const floorRate = deliveries / (measured.of("floor", "wallMs") / 1000);
    const cpu = `${perMessage(measured.of("headgate", "cpuPerMessage"))} against ${perMessage(measured.of("floor", "cpuPerMessage"))} a message`;
    lines.push({
      what: `fan-out of ${deliveries}, provider ${latencyMs} ms, ${inFlight} in flight`,
      against: "a bare `undici.request` loop, no database",
      goal: `>= ${goal}`,
      measured: `${ratio.toFixed(3)} (${Math.round(rate)} against ${Math.round(floorRate)} a second)`,
      cpu,
      met: ratio >= goal,
    });
    if (latencyMs === 50 && inFlight === 100) {
      const share = rate / (inFlight / (latencyMs / 1000));
      lines.push({
        what: "the share of the ideal at 50 ms, 100 in flight",
        against: "in flight / latency",
        goal: `>= ${IDEAL_GOAL}`,
        measured: `${share.toFixed(3)} (the floor: ${(floorRate / (inFlight / (latencyMs / 1000))).toFixed(3)})`,
        met: share >= IDEAL_GOAL,
      });
    }
  }
  return lines;
};

const perMessage = (milliseconds: number): string => `${(milliseconds * 1000).toFixed(0)} µs`;
