// The way to the database breaks or falls silent in mid-send.
import { setTimeout as after } from "node:timers/promises";
import { type DatabaseProxy, openProxy } from "../../helpers/database-proxy.ts";
import { campaign, inRounds } from "./campaign.ts";
import type { Chance } from "./chance.ts";
import { judgeFleet } from "./fleet.ts";
import { takesItsTime } from "./slow-provider.ts";

const FAULTS_A_ROUND = 50;
const PHONES = 100;

/** How often in a hundred, and what becomes of the connections of one instance. */
const faults: [number, (proxy: DatabaseProxy, random: Chance) => Promise<void>][] = [
  [40, async (proxy) => proxy.cut()],
  // What was asked may have been done, and nobody is told.
  [
    30,
    async (proxy, random) => {
      proxy.freeze("answers");
      await after(random.below(50));
      proxy.cut();
      proxy.thaw();
    },
  ],
  [
    28,
    async (proxy, random) => {
      proxy.freeze("all");
      await after(random.below(500));
      if (random.next() < 0.5) proxy.cut();
      proxy.thaw();
    },
  ],
  // Until the instance itself takes the silence for a broken connection.
  [
    2,
    async (proxy) => {
      const givenUp = proxy.givenUp();
      proxy.freeze("all");
      await givenUp;
      proxy.thaw();
    },
  ],
];

function pickFault(random: Chance) {
  let chance = random.next() * 100;
  return faults.find(([often]) => {
    chance -= often;
    return chance < 0;
  })?.[1];
}

function oneRound(count: number, random: Chance) {
  const proxies: DatabaseProxy[] = [];
  return judgeFleet(
    {
      instances: 2,
      phones: PHONES,
      settings: { SEGMENTS_PER_SECOND: "200" },
      proxyFor: async (url) => {
        const proxy = await openProxy(url);
        proxies.push(proxy);
        return proxy.url;
      },
    },
    async (fleet) => {
      fleet.twilio.misbehave(takesItsTime(random));
      for (let fault = 0; fault < count; fault++) {
        await fleet.requestsGoOn(1 + random.below(40));
        const proxy = proxies[random.below(proxies.length)];
        if (proxy) await pickFault(random)?.(proxy, random);
      }
    },
    async ({ count: countNow, twilio }) => ({
      taken: twilio.ledger.length,
      unknown: await countNow("unknown"),
    }),
  );
}

campaign(
  "database connections cut or frozen by a TCP proxy, in mid-send",
  { short: 4, long: 200 },
  async (count, did) => {
    let [taken, unknown] = [0, 0];
    await inRounds(count, FAULTS_A_ROUND, async (faults, random) => {
      const round = await oneRound(faults, random);
      taken += round.taken;
      unknown += round.unknown;
    });
    did(`${count} cuts and freezes, ${taken} taken, ${unknown} unknown`);
  },
  60,
);
