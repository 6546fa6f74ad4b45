// SIGTERM in mid-send: a new version is rolled out, and nothing is left to ask about.
import { expect } from "vitest";
import { campaign, inRounds } from "./campaign.ts";
import type { Chance } from "./chance.ts";
import { judgeFleet } from "./fleet.ts";
import { takesItsTime } from "./slow-provider.ts";

const RESTARTS_A_ROUND = 25;
const PHONES = 100;

async function oneRound(restarts: number, random: Chance) {
  const slow = takesItsTime(random, 100);
  const lookedFor: (string | null)[] = [];
  const codes: (number | null)[] = [];
  const { unknown, taken } = await judgeFleet(
    { instances: 2, phones: PHONES, settings: { SEGMENTS_PER_SECOND: "200" } },
    async (fleet) => {
      fleet.twilio.misbehave({
        ...slow,
        look: ({ to }) => {
          // What members have written to our number is looked for too.
          if (to !== null && to !== fleet.twilio.from) lookedFor.push(to);
          return undefined;
        },
      });
      for (let restart = 0; restart < restarts; restart++) {
        await fleet.requestsGoOn(1 + random.below(60));
        const instance = fleet.instances[restart % fleet.instances.length];
        codes.push((await instance?.terminate()) ?? null);
        instance?.start();
        await instance?.up();
      }
    },
    async ({ client, twilio }) => ({
      unknown: await client`
        select from change_log where what = 'deliveries' and after ->> 'status' = 'unknown'`,
      taken: twilio.ledger.length,
    }),
  );
  expect(codes).toEqual(codes.map(() => 0));
  expect(unknown).toHaveLength(0);
  expect(lookedFor, "texts that the provider had to be asked about").toEqual([]);
  return taken;
}

campaign(
  "SIGTERM in mid-send, two instances restarted in turn",
  { short: 2, long: 200 },
  async (count, did) => {
    let taken = 0;
    await inRounds(count, RESTARTS_A_ROUND, async (restarts, random) => {
      const takenMeanwhile = await oneRound(restarts, random);
      taken += takenMeanwhile;
    });
    did(`${count} restarts, ${taken} taken, 0 unknown`);
  },
  60,
);
