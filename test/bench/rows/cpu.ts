// What a text costs Node with every durability step, against Twilio's own client without any.
import { runHeadgate, runWithout } from "../fan-out.ts";
import { interleave } from "../interleave.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";

const GOAL = 0.5;

export const cpu: Row = async ({ postgres, files }) => {
  const fanOut = { deliveries: size(20_000, 2_000), inFlight: 100 };
  const provider = await startProvider(files, 50);
  const measured = await interleave(
    {
      stock: runWithout("stock-client", provider, files, fanOut),
      headgate: runHeadgate(postgres, provider, files, fanOut),
    },
    ROUNDS,
  );
  await provider.stop();
  const ratio = measured.ratio(["headgate", "cpuPerMessage"], ["stock", "cpuPerMessage"]);
  const rate = (name: "headgate" | "stock") =>
    Math.round(fanOut.deliveries / (measured.of(name, "wallMs") / 1000));
  const each = (name: "headgate" | "stock") => Math.round(measured.of(name, "cpuPerMessage") * 1000);
  return [
    {
      what: "Node's CPU a message, provider 50 ms, 100 in flight",
      against: "the stock twilio client, no database",
      goal: `<= ${GOAL}`,
      measured: `${ratio.toFixed(3)} (${rate("headgate")} against ${rate("stock")} texts a second)`,
      cpu: `${each("headgate")} µs against ${each("stock")} µs a message`,
      met: ratio <= GOAL,
    },
  ];
};
