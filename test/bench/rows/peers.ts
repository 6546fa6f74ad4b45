// The same fan-out as one job for each recipient, in the queues that people use for that.
import { type FanOutFigures, runHeadgate, runPeer } from "../fan-out.ts";
import { interleave } from "../interleave.ts";
import { installPeers, startRedis } from "../peers/start.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";

const GOAL = 4;

export const peers: Row = async ({ postgres, files }) => {
  installPeers();
  const redis = await startRedis();
  const provider = await startProvider(files, 50);
  const fanOut = { deliveries: size(20_000, 1_000), inFlight: 100 };
  const names = ["graphile-worker", "pg-boss", ...(redis ? ["bullmq"] : [])];
  const contenders: Record<string, () => Promise<FanOutFigures>> = {
    headgate: runHeadgate(postgres, provider, files, fanOut),
  };
  for (const name of names) {
    contenders[name] = runPeer(name, postgres, provider, files, fanOut, redis?.port ?? null);
  }
  const measured = await interleave(contenders, ROUNDS);
  await provider.stop();
  await redis?.stop();

  const rate = (name: string) => Math.round(fanOut.deliveries / (measured.of(name, "wallMs") / 1000));
  const fastest = names.toSorted((a, b) => rate(b) - rate(a))[0] ?? "";
  const ratio = measured.ratio([fastest, "wallMs"], ["headgate", "wallMs"]);
  const each = (name: string) => `${Math.round(measured.of(name, "cpuPerMessage") * 1000)} µs`;
  const missing = redis ? "" : "; bullmq was not measured: there is no redis-server on the PATH";
  return [
    {
      what: `fan-out of ${fanOut.deliveries}, provider 50 ms, 100 in flight`,
      against: `a job for each recipient, with the stock client: ${names.join(", ")}`,
      goal: `>= ${GOAL} times the fastest`,
      measured: `${ratio.toFixed(1)} times ${fastest} (${["headgate", ...names].map((name) => `${name} ${rate(name)}`).join(", ")} a second${missing})`,
      cpu: `${each("headgate")} against ${each(fastest)} a message`,
      met: ratio >= GOAL,
    },
  ];
};
