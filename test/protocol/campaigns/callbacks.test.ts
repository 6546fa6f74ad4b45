// Status callbacks as a bad network brings them: too early, late, twice, mixed up, or never.
import { expect } from "vitest";
import type { StandInTwilio } from "../../../src/practice/stand-ins/twilio/twilio.ts";
import { number } from "../../../src/text/words.ts";
import { connectTo } from "../../helpers/database.ts";
import { eventually } from "../../helpers/eventually.ts";
import { expectOnceEach, lane, openLane, sendToLane } from "../../helpers/lane.ts";
import type { Scene } from "../../helpers/scene.ts";
import { keepLog } from "../log.ts";
import { campaign } from "./campaign.ts";
import { type Chance, takeChance } from "./chance.ts";
import { judgeWorld } from "./judge.ts";

/** About how many callbacks each text has: with the doubled ones, without the lost ones, and a stale one at the end. */
const CALLBACKS_A_TEXT = 4;

/** A callback in a hundred milliseconds overtakes many others. */
function createPacing({ next: random, below }: Chance, sent: { callbacks: number; lost: number }) {
  return {
    stepDelay: () => below(10),
    callbackDelays: () => {
      const chance = random();
      const copies = chance < 0.2 ? 0 : chance < 0.4 ? 2 : 1;
      if (copies === 0) sent.lost++;
      sent.callbacks += copies;
      return Array.from({ length: copies }, () => below(100));
    },
    priceDelay: () => below(100),
    retryDelay: () => 0,
  };
}

/** How each text ended at the provider, by phone. */
const endsAt = ({ ledger, message }: StandInTwilio) =>
  new Map(ledger.map(({ to, sid }) => [to, message(sid)?.status]));

async function endsHere(scene: Scene): Promise<Map<string, string>> {
  return new Map((await scene.deliveries()).map(({ phone, status }) => [phone, status]));
}

async function run(count: number, did: (what: string) => void): Promise<void> {
  const chance = takeChance();
  const sent = { callbacks: 0, lost: 0 };
  const phones = lane(Math.ceil(count / CALLBACKS_A_TEXT));
  const scene = await openLane(phones.length, { twilio: { pacing: createPacing(chance, sent) } });
  const { twilio } = scene;
  const { client } = connectTo(scene.databaseUrl);
  await keepLog(client);
  const natures = ["mobile", "mobile", "mobile", "switched off", "failing", "filtered"] as const;
  for (const phone of phones) twilio.phones.get(phone).nature = chance.pick(natures);
  // Some answers come after the callbacks, and a few never come: then a callback or our question has to tell.
  twilio.misbehave({
    create: ({ n }) => ({
      answer: n % 40 === 0 ? "reset" : "normal",
      answerAfter: new Promise((answer) => setTimeout(answer, chance.below(100))),
    }),
  });

  await sendToLane(scene);
  await twilio.until(() => twilio.ledger.length === phones.length, "every text", 120_000);
  await twilio.settle();
  // An old callback does not change what is true at the end.
  for (const { sid } of chance.shuffle(twilio.ledger)) {
    const told = await twilio.tell(sid, chance.pick(["queued", "sending", "sent"]));
    expect(told?.status).toBe(204);
    sent.callbacks++;
  }
  const early = [...(await endsHere(scene)).values()].filter(
    (status) => !/^(delivered|undelivered|failed)$/.test(status),
  );

  // The lost ones are found by asking, as time goes by.
  await eventually(
    async () => {
      await scene.letPass("1 hour");
      const open =
        await client`select from deliveries where status not in ('delivered', 'undelivered', 'failed')`;
      return open.length === 0;
    },
    "the last word on every text",
    { patience: 120_000 },
  );
  expect(await endsHere(scene)).toEqual(endsAt(twilio));
  expectOnceEach(scene, phones);
  expect(await scene.countCallbacks()).toBe(sent.callbacks);
  const delivered = [...endsAt(twilio).values()].filter((status) => status === "delivered").length;
  await scene.messageSaying(
    `Sent ${number(delivered)} of ${number(phones.length)}: ${number(delivered)} delivered, ` +
      `${number(phones.length - delivered)} not reached.`,
  );
  await eventually(
    async () => (await client`select from sendings where status = 'sending'`).length === 0,
    "the end",
  );
  expect(await judgeWorld(client, twilio)).toEqual([]);
  did(
    `${sent.callbacks} callbacks for ${phones.length} texts, ${sent.lost} more lost, ` +
      `${early.length} texts found out by asking, no status back`,
  );
}

campaign("callbacks early, late, doubled, shuffled, lost", { short: 400, long: 10_000 }, run, 0.05);
