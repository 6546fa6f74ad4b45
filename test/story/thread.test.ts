// Who was not reached stands in one message in the alert's thread, which stays true.
import { expect, test as story } from "vitest";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { openLane, phone, sendToLane } from "../helpers/lane.ts";
import { type Scene, type SceneOptions, textOf } from "../helpers/scene.ts";

const BY_HAND: SceneOptions = { twilio: { pacing: "manual" } };
const POINTS_TO_IT = "in the thread below this message";

const lists = (scene: Scene, review: Message) =>
  scene
    .thread(review)
    .filter(({ text, blocks }) => blocks.length > 0 && /in another way|sent again/.test(text));
const linesIn = ({ text }: Message) => text.split("\n").filter((line) => line.startsWith("•"));

/** The list, once it says this: there is never a second one. */
async function list(scene: Scene, review: Message, words: string | RegExp): Promise<Message> {
  const found = () => lists(scene, review).find(({ text }) => text.match(words) !== null);
  const told = await scene.slack.until(found, `the list to say ${words}`, 15_000).catch((error: Error) => {
    throw new Error([error.message, ...lists(scene, review).map(({ text }) => text)].join("\n"));
  });
  expect(lists(scene, review)).toHaveLength(1);
  return told;
}

const tell = (scene: Scene, n: number, status: "delivered" | "undelivered") => {
  const last = scene.twilio.ledger.findLast(({ to }) => to === phone(n));
  return scene.twilio.tell(last?.sid ?? "", status, status === "undelivered" ? 30003 : undefined);
};

/** Three phones, of which the first was off. */
async function firstIsOff(options = BY_HAND) {
  const scene = await openLane(3, options);
  const review = await sendToLane(scene);
  await scene.messageSaying("3 on the way");
  await tell(scene, 1, "undelivered");
  await tell(scene, 2, "delivered");
  await scene.letPassSinceEnd("2 minutes");
  await scene.wakeJobs();
  const told = await list(scene, review, "Not reached: 1. Tell them in another way.");
  return { scene, review, told };
}

story("the alert's message points to it; it names whom to call, with a number and no code", async () => {
  const { scene, told } = await firstIsOff();
  expect(linesIn(told)).toEqual(["• Member 1 · Spring Lane · (509) 555-0101: phone off or out of coverage"]);
  expect(told.text).not.toMatch(/\d{5}/);
  const done = await scene.messageSaying(POINTS_TO_IT);
  expect(textOf(done.blocks)).toContain("Sent to 2 of 3, 1 not reached");
});

story("late failures come into the same message", async () => {
  const { scene, review, told } = await firstIsOff();
  await tell(scene, 3, "undelivered");
  const again = await list(scene, review, "Not reached: 2. Tell them in another way.");
  expect(again.ts).toBe(told.ts);
  expect(linesIn(again)).toHaveLength(2);
  expect(again.text).toContain("Try 2 again");
});

story("after Try again it says that they are being tried, and then that nobody is left", async () => {
  const { scene, review, told } = await firstIsOff();
  await tell(scene, 3, "delivered");
  // Twilio is busy, so that it waits.
  scene.plays("twilio-busy");
  await scene.priya.presses("Try 1 again", told);
  const trying = await list(scene, review, "It is being sent again to 1 phone.");
  expect(trying.text).not.toContain("Try 1 again");
  expect(linesIn(trying)).toEqual([]);
  scene.ends();
  await scene.letPass("1 minute");
  await scene.messageSaying("2 delivered, 1 on the way");
  await tell(scene, 1, "delivered");
  const done = await list(scene, review, /^Nobody is left to be told in another way\./);
  expect(done.ts).toBe(told.ts);
  const message = await scene.messageSaying("Sent 3 of 3: 3 delivered.");
  await scene.slack.until(() => !textOf(message.blocks).includes(POINTS_TO_IT), "it to point nowhere");
});

story("who failed again is named again, and can be tried again", async () => {
  const { scene, review, told } = await firstIsOff();
  await tell(scene, 3, "delivered");
  await scene.priya.presses("Try 1 again", told);
  await scene.twilio.until(() => scene.twilio.ledger.length === 4, "the second try");
  await scene.messageSaying("2 delivered, 1 on the way");
  await tell(scene, 1, "undelivered");
  const again = await list(scene, review, "(tried again)");
  expect(again.ts).toBe(told.ts);
  expect(again.text).toContain("Not reached: 1. Tell them in another way.");
  expect(again.text).toContain("Try 1 again");
  expect(linesIn(again)).toEqual([
    "• Member 1 · Spring Lane · (509) 555-0101: phone off or out of coverage (tried again)",
  ]);
});

story("two servers write one list", async () => {
  const scene = await openLane(3, BY_HAND);
  await scene.startAnother();
  const review = await sendToLane(scene);
  await scene.messageSaying("3 on the way");
  for (const n of [1, 2, 3]) await tell(scene, n, "undelivered");
  await list(scene, review, "Not reached: 3. Tell them in another way.");
  await new Promise((later) => setTimeout(later, 500));
  expect(lists(scene, review)).toHaveLength(1);
});

story("where messages can't be changed, a late failure is told in a new one", async () => {
  const { scene, told } = await firstIsOff();
  scene.plays("slack-edit_window_closed", { method: "chat.update" });
  await tell(scene, 3, "undelivered");
  // The alert's message comes anew as well, and the list below it.
  const anew = () =>
    scene
      .boardMessages()
      .flatMap((message) => lists(scene, message))
      .find(({ text }) => text.includes("Not reached: 2."));
  const second = await scene.slack.until(anew, "the list anew", 20_000);
  expect(second.ts).not.toBe(told.ts);
});

story("somebody deleted it: it comes again when there is something new to say", async () => {
  const { scene, review, told } = await firstIsOff();
  const [deleted] = scene.slack.thread(review.channelId, review.ts).filter(({ ts }) => ts === told.ts);
  if (!deleted) throw new Error("it is not there");
  scene.slack.deleteMessage(deleted);
  await tell(scene, 3, "undelivered");
  await list(scene, review, "Not reached: 2. Tell them in another way.");
});
