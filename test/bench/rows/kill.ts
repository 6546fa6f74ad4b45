// kill -9 in mid-send, again and again, on one alert. The provider's ledger is the judge.
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { startSender } from "../fan-out.ts";
import { fillAlert } from "../fill.ts";
import { runFresh } from "../processes.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { size } from "../settings.ts";

const IN_FLIGHT = 100;
const LATENCY_MS = 50;
/** What was under way to the provider when its sender was killed has arrived by then. */
const ARRIVED_MS = 200;

export const kill: Row = async ({ postgres, files }) => {
  const kills = size(50, 5);
  const databaseUrl = await postgres.create();
  const provider = await startProvider(files, LATENCY_MS);
  const given = { databaseUrl, apiUrl: provider.url, inFlight: IN_FLIGHT };
  let mostOpen = 0;
  let mostUnsent = 0;

  const lines = await postgres.prepare(databaseUrl, async (db) => {
    // More than can go out before the last kill.
    await fillAlert(db, kills * 4_000);
    const openNow = async () => {
      const rows = await db.execute<{ phone: string }>(
        sql`select address as phone from deliveries where status = 'sending'`,
      );
      return rows.map(({ phone }) => phone);
    };
    let known = new Set<string>();
    for (let n = 1; n <= kills; n++) {
      const before = (await provider.sums()).accepted;
      const instance = await startSender(files, given);
      await instance.ask("go", z.literal(true));
      // In mid-send: some requests were taken, and the moment is a different one each time.
      while ((await provider.sums()).accepted <= before + IN_FLIGHT) await wait(5);
      await wait(Math.random() * 500);
      await instance.kill("SIGKILL");
      await wait(ARRIVED_MS);
      const all = await openNow();
      const open = all.filter((phone) => !known.has(phone));
      const unsent = await provider.unsent(open);
      known = new Set(all);
      mostOpen = Math.max(mostOpen, open.length);
      mostUnsent = Math.max(mostUnsent, unsent.length);
      console.error(`  ${n}/${kills}: ${open.length} left to ask about, ${unsent.length} of them never sent`);
    }

    // As if the leases were over; then the provider is asked about each.
    await db.execute(sql`update claims set lease_until = now()`);
    await db.execute(sql`update deliveries set lease_until = now() where status = 'sending'`);
    await runFresh("runs/resolve.ts", given, z.literal(true), files.trust);
    const open = await openNow();
    const unsent = await provider.unsent(open);
    const { accepted, most } = await provider.sums();
    const twice = most > 1;
    return [
      {
        what: `kill -9 in mid-send, ${kills} times, ${IN_FLIGHT} in flight: sent twice`,
        against: `the provider's ledger of ${accepted}`,
        goal: "0",
        measured: twice ? `a phone got ${most}` : "0",
        met: !twice,
      },
      {
        what: "rows left to ask about after a kill, at most",
        against: "2 C",
        goal: `<= ${2 * IN_FLIGHT}`,
        measured: `${mostOpen}`,
        met: mostOpen <= 2 * IN_FLIGHT,
      },
      {
        what: "of those never sent, at most",
        against: "C",
        goal: `<= ${IN_FLIGHT}`,
        measured: `${mostUnsent}`,
        met: mostUnsent <= IN_FLIGHT,
      },
      {
        what: "after the provider was asked: open, though the provider has it",
        against: "the provider's ledger",
        goal: "0",
        measured: `${open.length - unsent.length} (${unsent.length} open that it does not have)`,
        met: open.length === unsent.length,
      },
    ];
  });
  await provider.stop();
  await postgres.drop(databaseUrl);
  return lines;
};
