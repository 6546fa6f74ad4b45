// Starts the provider's stand-in, and speaks to it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { makeCertificate } from "../../helpers/certificate.ts";
import { startHelper } from "../processes.ts";

export type ProviderFiles = Awaited<ReturnType<typeof makeProviderFiles>>;
export type Provider = Awaited<ReturnType<typeof startProvider>>;

/** One certificate for all of a benchmark, and how processes come to trust it and still check it. */
export async function makeProviderFiles() {
  const certificate = makeCertificate();
  const folder = await mkdtemp(join(tmpdir(), "headgate-bench-tls-"));
  const file = join(folder, "provider.pem");
  await writeFile(file, certificate.cert);
  return {
    ...certificate,
    /** For the environment of whoever calls the provider. */
    trust: { NODE_EXTRA_CA_CERTS: file },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const Sums = z.object({
  accepted: z.number(),
  phones: z.number(),
  /** How often the phone that was sent to most often was. */
  most: z.number(),
  /** When the first and the last message came, in milliseconds since 1970. */
  firstAt: z.number().nullable(),
  lastAt: z.number().nullable(),
});

const CallbackCounts = z.object({ taken: z.number(), refused: z.number(), open: z.number() });

/** @param callbackPort where each text's callbacks go; null sends none */
export async function startProvider(
  { key, cert }: ProviderFiles,
  latencyMs: number,
  keepsTimes = false,
  callbackPort: number | null = null,
) {
  const given = { key, cert, latencyMs, keepsTimes, callbackPort };
  const { ready, ask, kill } = await startHelper("provider/server.ts", given, z.object({ port: z.number() }));
  return {
    url: `https://localhost:${ready.port}`,
    sums: () => ask("sums", Sums),
    /** An empty ledger, for the next run. @returns what was in it */
    forget: () => ask("forget", Sums),
    /** When each message came, in milliseconds. */
    times: () => ask("times", z.array(z.number())),
    /** How Headgate answered them. */
    callbacks: () => ask("callbacks", CallbackCounts),
    /** Which of these phones were never sent to. */
    unsent: (phones: readonly string[]) => ask({ unsent: phones }, z.array(z.string())),
    stop: () => kill(),
  };
}
