// The account is suspended in the middle of an alert, and reinstated.
import { expect } from "vitest";
import { refuses } from "../../../src/practice/stand-ins/twilio/misbehaviour.ts";
import { campaign, inRounds } from "./campaign.ts";
import type { Chance } from "./chance.ts";
import { type Fleet, judgeFleet, patiently } from "./fleet.ts";
import { takesItsTime } from "./slow-provider.ts";

const SUSPENSIONS_A_ROUND = 10;
const PHONES = 200;
/** Requests that one instance has in flight at most. */
const CONCURRENCY = 50;

/** @returns how many requests came after the first that was refused */
async function suspendOnce(fleet: Fleet, random: Chance): Promise<number> {
  const { twilio, client } = fleet;
  const slow = takesItsTime(random);
  const last = twilio.requests.length + random.below(PHONES);
  let first: number | undefined;
  twilio.misbehave({
    create: (request) => {
      if (request.n <= last) return slow.create?.(request);
      first ??= request.n;
      return refuses(20003);
    },
  });
  const alertId = await fleet.send();
  await patiently(
    async () =>
      (
        await client`
        select from parts p join alerts a using (sending_id) where a.id = ${alertId} and halt_reason is not null`
      ).length > 0,
    "the alert to halt",
  );
  await patiently(async () => (await fleet.count("sending")) === 0, "everybody to let go");
  const more = twilio.requests.length - (first ?? 0);
  twilio.misbehave(slow);
  await fleet.resumeHalted();
  await patiently(async () => (await fleet.count("pending", "sending")) === 0, "the rest to be sent");
  return more;
}

async function oneRound(suspensions: number, random: Chance) {
  const instances = random.pick([1, 2]);
  const more: number[] = [];
  const taken = await judgeFleet(
    { instances, phones: PHONES },
    async (fleet) => {
      for (let n = 0; n < suspensions; n++) more.push(await suspendOnce(fleet, random));
    },
    async ({ twilio }) => twilio.ledger.length,
  );
  expect(taken).toBe(suspensions * PHONES);
  expect(Math.max(...more)).toBeLessThanOrEqual(CONCURRENCY * instances);
  return Math.max(...more);
}

campaign(
  "account suspended at message k: at most the concurrency more, and nothing lost on resume",
  { short: 2, long: 200 },
  async (count, did) => {
    let most = 0;
    await inRounds(count, SUSPENSIONS_A_ROUND, async (suspensions, random) => {
      const more = await oneRound(suspensions, random);
      most = Math.max(most, more);
    });
    did(`${count} suspensions, at most ${most} requests more`);
  },
  60,
);
