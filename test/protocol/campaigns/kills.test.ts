// kill -9 in mid-send, at a provider that has a bad day.
import { createBadDay } from "./bad-day.ts";
import { campaign, inRounds } from "./campaign.ts";
import type { Chance } from "./chance.ts";
import { type Fleet, judgeFleet } from "./fleet.ts";

/** This many in one world, before the judge looks. */
const KILLS_A_ROUND = 25;
/** Phones of an alert; there is always one more alert. */
const PHONES = 60;

/** One of those that run dies after a random number of requests, and is started again at once. */
async function killOne(fleet: Fleet, random: Chance): Promise<void> {
  await fleet.requestsGoOn(1 + random.below(32));
  const running = fleet.instances.filter((instance) => instance.isUp());
  const victim = running[random.below(running.length)] ?? fleet.instances[0];
  await victim?.up();
  await victim?.kill();
  victim?.start();
}

const oneRound = (kills: number, random: Chance) =>
  judgeFleet(
    // Claims are small then: a kill leaves little that was never sent.
    { instances: 2, phones: PHONES, settings: { SEGMENTS_PER_SECOND: "100" } },
    async (fleet) => {
      const badDay = createBadDay(random);
      fleet.twilio.misbehave(badDay);
      for (let kill = 0; kill < kills; kill++) {
        await killOne(fleet, random);
        // After a minute nobody owns what the dead had claimed: it is looked for while the others go on.
        if (random.next() < 0.3) await fleet.letOrphansPass("2 minutes");
      }
      badDay.end();
      await Promise.all(fleet.instances.map(({ up }) => up()));
    },
    async (fleet) => {
      const unknown = await fleet.count("unknown");
      const resent = await fleet.resendUnknown();
      await fleet.settle();
      const [{ count: deliveries } = { count: 0 }] = await fleet.client`select count(*)::int from deliveries`;
      return { deliveries: Number(deliveries), taken: fleet.twilio.ledger.length, unknown, resent };
    },
  );

campaign(
  "kill -9 of either of two instances at random requests, provider misbehaving",
  { short: 2, long: 1000 },
  async (count, did) => {
    const sums = { deliveries: 0, taken: 0, unknown: 0, resent: 0 };
    await inRounds(count, KILLS_A_ROUND, async (kills, random) => {
      const { deliveries, taken, unknown, resent } = await oneRound(kills, random);
      sums.deliveries += deliveries;
      sums.taken += taken;
      sums.unknown += unknown;
      sums.resent += resent;
    });
    did(`${count} kills, ${sums.deliveries} deliveries, ${sums.taken} taken`);
    did(`${sums.unknown} unknown and ${sums.resent} of them resent by a person`);
  },
  60,
);
