// A member's STOP and the board's Stop, against the claims that they race.
import { expect } from "vitest";
import { changesOf } from "../../../src/board/change.ts";
import type { Connection } from "../../../src/db/open.ts";
import { stopAlert } from "../../../src/deliveries/lifecycle.ts";
import { number } from "../../../src/text/words.ts";
import { insertAlert } from "../../helpers/alerts.ts";
import { claimedAfterStop, claimedOfStopped, keepCommitOrder } from "../../helpers/commit-order.ts";
import { connectTo } from "../../helpers/database.ts";
import { eventually } from "../../helpers/eventually.ts";
import { lane, openLane, sendToLane } from "../../helpers/lane.ts";
import { holdRows, isLockAwaited } from "../../helpers/locks.ts";
import { openScene, type Scene, textOf } from "../../helpers/scene.ts";
import { campaign } from "./campaign.ts";
import { takeChance } from "./chance.ts";

const requestsTo = ({ twilio }: Scene) => new Set(twilio.requests.map(({ to }) => to));

const isOver = (client: Connection["client"]) =>
  eventually(
    async () => {
      const open = await client`select from deliveries where status in ('pending', 'sending') limit 1`;
      return open.length === 0;
    },
    "everything to be handed over or stopped",
    { patience: 60_000 },
  );

/** STOPs from phones that may have been texted or not, each sent as the provider gets another request. */
async function raceStops(count: number): Promise<string> {
  const chance = takeChance();
  const phones = lane(Math.ceil(1.5 * count));
  // Slow enough for many small claims, and over in eight seconds.
  const pace = Math.max(25, phones.length / 8);
  const scene = await openLane(phones.length, { settings: { SEGMENTS_PER_SECOND: String(pace) } });
  const { twilio } = scene;
  const { client } = connectTo(scene.databaseUrl);
  await keepCommitOrder(client);
  const stopping = chance.shuffle(phones).slice(0, count);
  const waiting = [...stopping];
  const answers: ReturnType<typeof twilio.reply>[] = [];
  const sendStop = () => {
    const phone = waiting.pop();
    if (phone) answers.push(twilio.reply(phone, "STOP"));
  };
  twilio.misbehave({
    create: () => {
      if (chance.next() < 0.7) sendStop();
      return undefined;
    },
  });
  await sendToLane(scene);
  await scene.messageSaying(/^Sent/);
  while (waiting.length > 0) sendStop();
  for (const { answer } of await Promise.all(answers)) expect(answer?.status).toBe(204);

  expect(await claimedAfterStop(client)).toEqual([]);
  const asked = requestsTo(scene);
  const skipped = await client<{ phone: string; late: boolean }[]>`
    select address as phone, attempt > 0 as late from deliveries where status = 'skipped'`;
  // Skipped by the claim: no request of any kind has left.
  const inTime = skipped.filter(({ late }) => !late).map(({ phone }) => phone);
  expect(inTime.filter((phone) => asked.has(phone))).toEqual([]);
  expect(phones.filter((phone) => !stopping.includes(phone) && !asked.has(phone))).toEqual([]);
  expect(inTime.length).toBeGreaterThan(0);
  return `${count} STOPs: ${inTime.length} in time, ${count - inTime.length} after the claim`;
}

/** STOPs that are committed while a claim waits for a lock that it needs. */
async function stopWhileClaimWaits(count: number): Promise<string> {
  const scene = await openLane(2 * count);
  const { twilio, priya } = scene;
  const { client } = connectTo(scene.databaseUrl);
  const [early, late] = [lane(count).slice(0, count / 2), lane(count).slice(count / 2)];
  const review = await scene.reviews(priya, { zones: ["Spring Lane"] });
  const stop = async (phones: readonly string[]) => {
    for (const answer of await Promise.all(phones.map((phone) => twilio.reply(phone, "STOP")))) {
      expect(answer.answer?.status).toBe(204);
    }
  };
  const claimWaits = () => eventually(() => isLockAwaited(client, "claim_deliveries"), "the claim to wait");

  const letPace = await holdRows(client, "pace");
  await priya.presses("Send to", review);
  await claimWaits();
  await stop(early);
  // Without this lock the claim goes on at once. With it a STOP can be late at a second moment.
  const letAlert = await holdRows(client, "sendings where status = 'sending'");
  await letPace();
  await claimWaits();
  await stop(late);
  await letAlert();
  await scene.messageSaying(/^Sent/);

  const asked = requestsTo(scene);
  expect([...early, ...late].filter((phone) => asked.has(phone))).toEqual([]);
  expect(asked.size).toBe(count);
  return `${count} more while a claim waited, all in time`;
}

campaign("STOP racing the claim", { short: 60, long: 1_000 }, async (count, did) => {
  did(await raceStops(count / 2));
  did(await stopWhileClaimWaits(count / 2));
});

const PHONES = 12;
/** Alerts that are under way side by side. */
const AT_ONCE = 10;

campaign(
  "Stop racing the claim",
  { short: 30, long: 1_000 },
  async (count, did) => {
    const chance = takeChance();
    // A claim takes a twentieth of a second's worth: less than an alert, so that some are stopped between two.
    const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: String(8 * PHONES) } });
    const { twilio, db, ana } = scene;
    const { client } = connectTo(scene.databaseUrl);
    await keepCommitOrder(client);
    const user = { teamId: scene.slack.teamId, userId: ana.id };
    const change = changesOf(db, user, "operator", "stop");
    const stop = (alertId: number) => change((tx) => stopAlert(tx, alertId, user));
    const stopAfter = new Map<string, { alertId: number; requests: number }>();
    const stops: Promise<unknown>[] = [];
    const sofar = new Map<string, number>();
    twilio.misbehave({
      create: ({ body }) => {
        const requests = (sofar.get(body) ?? 0) + 1;
        sofar.set(body, requests);
        const plan = stopAfter.get(body);
        if (plan?.requests === requests) stops.push(stop(plan.alertId));
        return undefined;
      },
    });

    for (let done = 0; done < count; done += AT_ONCE) {
      for (let n = done; n < done + AT_ONCE; n++) {
        const text = `Alert number ${n}.`;
        const requests = chance.below(PHONES);
        // With its deliveries or not at all: an alert that has none is finished at once.
        const alertId = await db.transaction(async (tx) => {
          const { alertId: id } = await insertAlert(tx, lane(PHONES), { text, teamId: user.teamId });
          stopAfter.set(text, { alertId: id, requests });
          return id;
        });
        if (requests === 0) stops.push(stop(alertId));
      }
      await scene.wakeJobs();
      await isOver(client);
    }
    await Promise.all(stops);

    expect(await claimedOfStopped(client)).toEqual([]);
    await twilio.settle();
    // The message of every alert says how many the provider has, and how many were not sent.
    const handedOver = Map.groupBy(twilio.ledger, ({ body }) => body);
    const alerts = await client<{ id: number; text: string; status: string }[]>`
    select a.id, text, s.status from alerts a join sendings s on s.id = a.sending_id order by a.id`;
    expect(alerts).toHaveLength(count);
    let partly = 0;
    for (const { text, status } of alerts) {
      const taken = handedOver.get(text)?.length ?? 0;
      if (taken > 0 && taken < PHONES) partly++;
      if (status === "finished") {
        expect([text, taken]).toEqual([text, PHONES]);
        continue;
      }
      const says = () =>
        scene.slack
          .messages(ana.id)
          .find(({ blocks }) => textOf(blocks).includes(text) && textOf(blocks).includes("Stopped"));
      const notSent = taken === PHONES ? "" : `${number(PHONES - taken)} not sent`;
      await scene.slack.until(
        () => {
          const words = textOf(says()?.blocks ?? []);
          return words.includes(`Stopped: ${number(taken)} of`) && words.includes(notSent);
        },
        `${text} to say that ${taken} were handed over, and ${notSent || "all sent"}`,
      );
    }
    expect(new Set(twilio.requests.map(({ to, body }) => `${to} ${body}`)).size).toBe(twilio.requests.length);
    expect(partly).toBeGreaterThan(0);
    did(
      `${count} Stops, ${partly} in the middle, ${twilio.requests.length} of ${count * PHONES} texts had left`,
    );
  },
  0.5,
);
