// The contenders of a fan-out, each run in a fresh process against an empty ledger.
import { z } from "zod";
import type { BenchPostgres } from "./database.ts";
import { countDeliveries, fillAlert } from "./fill.ts";
import { asStarted } from "./headgate.ts";
import { runFresh, startHelper } from "./processes.ts";
import type { Provider, ProviderFiles } from "./provider/start.ts";

export const FanOutFigures = z.object({
  wallMs: z.number(),
  cpuMs: z.number(),
  cpuPerMessage: z.number(),
  maxRssMb: z.number(),
});
export type FanOutFigures = z.infer<typeof FanOutFigures>;

export type FanOut = { deliveries: number; inFlight: number };

/** Every delivery was accepted once, and no run counts otherwise. */
async function judge(provider: Provider, deliveries: number): Promise<void> {
  const { accepted, phones, most } = await provider.forget();
  if (accepted !== deliveries || phones !== deliveries || most !== 1) {
    throw new Error(`${deliveries} deliveries, but the ledger has ${accepted} to ${phones} phones.`);
  }
}

/** One that has no database: the bare loop, or the stock client. */
export const runWithout =
  (script: "bare-loop" | "stock-client", provider: Provider, files: ProviderFiles, fanOut: FanOut) =>
  async (): Promise<FanOutFigures> => {
    await provider.forget();
    const given = { ...fanOut, apiUrl: provider.url };
    const figures = await runFresh(`runs/${script}.ts`, given, FanOutFigures, files.trust);
    await judge(provider, fanOut.deliveries);
    return figures;
  };

export const runHeadgate =
  (postgres: BenchPostgres, provider: Provider, files: ProviderFiles, fanOut: FanOut) =>
  async (): Promise<FanOutFigures> => {
    await provider.forget();
    const databaseUrl = await postgres.create();
    await postgres.prepare(databaseUrl, (db) => fillAlert(db, fanOut.deliveries));
    await postgres.settle();
    const given = { ...fanOut, databaseUrl, apiUrl: provider.url };
    const figures = await runFresh("runs/fan-out.ts", given, FanOutFigures, { ...files.trust, ...asStarted });
    await judge(provider, fanOut.deliveries);
    const recorded = await postgres.prepare(databaseUrl, (db) => countDeliveries(db, "accepted"));
    if (recorded !== fanOut.deliveries) throw new Error(`Only ${recorded} deliveries were recorded.`);
    await postgres.drop(databaseUrl);
    return figures;
  };

/** A sender that begins when it is asked to "go", and goes on for ever. */
export const startSender = (
  files: ProviderFiles,
  given: { databaseUrl: string; apiUrl: string; inFlight: number; segmentsPerSecond?: number },
) =>
  startHelper("runs/fan-out.ts", { ...given, deliveries: null }, z.literal(true), {
    ...files.trust,
    ...asStarted,
  });

/** @param name of its script in peers/ */
export const runPeer =
  (
    name: string,
    postgres: BenchPostgres,
    provider: Provider,
    files: ProviderFiles,
    fanOut: FanOut,
    redisPort: number | null,
  ) =>
  async (): Promise<FanOutFigures> => {
    await provider.forget();
    const databaseUrl = await postgres.create();
    await postgres.settle();
    const given = { ...fanOut, databaseUrl, apiUrl: provider.url, redisPort };
    const figures = await runFresh(`peers/${name}.mjs`, given, FanOutFigures, files.trust);
    await judge(provider, fanOut.deliveries);
    await postgres.drop(databaseUrl);
    return figures;
  };
