// One confirm that arrives fifty times: clicked twice, sent again by Slack, replayed, at two instances at once.
import { expect } from "vitest";
import type { SentRequest } from "../../../src/practice/stand-ins/slack/send.ts";
import type { Message } from "../../../src/practice/stand-ins/slack/slack.ts";
import { lane, openLane } from "../../helpers/lane.ts";
import { BOIL, type Scene } from "../../helpers/scene.ts";
import { campaign } from "./campaign.ts";
import { type Chance, takeChance } from "./chance.ts";

const AT_ONCE = 50;
const PHONES = 4;

/** Presses, and returns what went over the wire while the answer is still to come. */
function press(scene: Scene, author: Scene["priya"], review: Message) {
  const pressed = author.presses("Send to", review);
  const request = scene.slack.lastRequest();
  if (!request) throw new Error("nothing was sent");
  return { request, answered: pressed.then(({ answer }) => answer?.status) };
}

/** All of them are under way before the first is answered. */
async function confirmManyTimes(
  scene: Scene,
  { author, review, ports, chance }: Confirm,
): Promise<SentRequest[]> {
  const { slack } = scene;
  const sent: SentRequest[] = [];
  const answers = Array.from({ length: AT_ONCE }, (_, n) => {
    slack.connect(`http://localhost:${chance.pick(ports)}`);
    // Pressed anew: another trigger, other bytes. Else those that went out before.
    if (n === 0 || chance.next() < 0.2) {
      const { request, answered } = press(scene, author, review);
      sent.push(request);
      return answered;
    }
    const again = chance.pick(sent);
    const retry =
      chance.next() < 0.5 ? { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" } : {};
    const url = `http://localhost:${chance.pick(ports)}/slack/events`;
    return slack
      .replay({ ...again, url, headers: { ...again.headers, ...retry } })
      .then(({ status }) => status);
  });
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  return sent;
}

type Confirm = { author: Scene["priya"]; review: Message; ports: readonly number[]; chance: Chance };

/** Four alerts, since nobody may press more than sixty times a minute. */
async function confirmAlerts(alerts: number, chance: Chance): Promise<void> {
  // This many at once may keep a slow machine longer than Slack would wait.
  const scene = await openLane(PHONES, { slack: { rateLimits: false, ackTimeout: 60_000 } });
  const { slack, twilio } = scene;
  const ports = [scene.app.port, (await scene.startAnother()).port];
  const authors = [scene.priya, scene.dale, scene.ana, scene.walt].slice(0, alerts);
  const texts = authors.map((_, n) => `${BOIL} Number ${n}.`);
  const sent: SentRequest[] = [];
  for (const [n, author] of authors.entries()) {
    const review = await scene.reviews(author, { zones: ["Spring Lane"], message: texts[n] ?? "" });
    sent.push(...(await confirmManyTimes(scene, { author, review, ports, chance })));
    await slack.until(() => /^Sent 4 of 4/.test(review.text), "the alert to be sent", 60_000);
  }

  // Much later, once more.
  for (const request of chance.shuffle(sent).slice(0, 8)) await slack.replay(request);
  const once = lane(PHONES).flatMap((phone) => texts.map((text) => `${phone} ${text}`));
  expect(twilio.requests.map(({ to, body }) => `${to} ${body}`).toSorted()).toEqual(once.toSorted());
  expect(await scene.alerts()).toHaveLength(alerts);
  expect(await scene.deliveries()).toHaveLength(alerts * PHONES);
  const confirmed = await scene.audit("confirmed");
  expect(confirmed.map(({ actor }) => actor).toSorted()).toEqual(authors.map(({ id }) => id).toSorted());
  expect(new Set(confirmed.map(({ alertId }) => alertId)).size).toBe(alerts);
  expect(scene.boardMessages()).toHaveLength(alerts);
}

campaign(
  "double clicks, replays, retries, two instances, 50 at once",
  { short: 100, long: 1_000 },
  async (count, did) => {
    const chance = takeChance();
    const alerts = count / AT_ONCE;
    for (let left = alerts; left > 0; left -= 4) await confirmAlerts(Math.min(4, left), chance);
    did(`${count} confirms of ${alerts} alerts at two instances: ${alerts} alerts, each phone once for each`);
  },
);
