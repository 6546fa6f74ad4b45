// PostgreSQL dies and comes back while two instances send.
import { onTestFinished } from "vitest";
import { startRestartablePostgres } from "../../helpers/restartable-postgres.ts";
import { campaign, inRounds } from "./campaign.ts";
import type { Chance } from "./chance.ts";
import { judgeFleet } from "./fleet.ts";
import { takesItsTime } from "./slow-provider.ts";

const RESTARTS_A_ROUND = 25;
const PHONES = 100;

async function oneRound(restarts: number, random: Chance) {
  const server = await startRestartablePostgres();
  onTestFinished(server.remove);
  const settings = { SEGMENTS_PER_SECOND: "200" };
  const found = await judgeFleet(
    { instances: 2, phones: PHONES, databaseUrl: server.url, settings },
    async (fleet) => {
      fleet.twilio.misbehave(takesItsTime(random));
      for (let restart = 0; restart < restarts; restart++) {
        await fleet.requestsGoOn(1 + random.below(60));
        await server.kill();
        await server.start();
      }
    },
    async ({ count, twilio }) => ({ taken: twilio.ledger.length, unknown: await count("unknown") }),
  );
  await server.remove();
  return found;
}

campaign(
  "PostgreSQL stopped with -m immediate and started, in mid-send",
  { short: 2, long: 100 },
  async (count, did) => {
    let [taken, unknown] = [0, 0];
    await inRounds(count, RESTARTS_A_ROUND, async (restarts, random) => {
      const round = await oneRound(restarts, random);
      taken += round.taken;
      unknown += round.unknown;
    });
    did(`${count} restarts, ${taken} taken, ${unknown} unknown`);
  },
  60,
);
