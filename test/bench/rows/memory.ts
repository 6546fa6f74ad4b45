// Memory does not grow with the alert.
import { runHeadgate } from "../fan-out.ts";
import { interleave } from "../interleave.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";

const GOAL = 1.2;

export const memory: Row = async ({ postgres, files }) => {
  const few = size(10_000, 5_000);
  const many = size(1_000_000, 20_000);
  const provider = await startProvider(files, 0);
  const measured = await interleave(
    {
      few: runHeadgate(postgres, provider, files, { deliveries: few, inFlight: 50 }),
      many: runHeadgate(postgres, provider, files, { deliveries: many, inFlight: 50 }),
    },
    ROUNDS,
  );
  await provider.stop();
  const ratio = measured.ratio(["many", "maxRssMb"], ["few", "maxRssMb"]);
  const most = (name: "few" | "many") => Math.round(measured.of(name, "maxRssMb"));
  return [
    {
      what: `most memory while ${many} deliveries go out, provider 0 ms, 50 in flight`,
      against: `while ${few} do`,
      goal: `<= ${GOAL}`,
      measured: `${ratio.toFixed(2)} (${most("many")} against ${most("few")} MB)`,
      cpu: `${Math.round(measured.of("many", "cpuPerMessage") * 1000)} against ${Math.round(measured.of("few", "cpuPerMessage") * 1000)} µs a message`,
      met: ratio <= GOAL,
    },
  ];
};
