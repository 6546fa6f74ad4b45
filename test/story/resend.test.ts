import { expect, test as story } from "vitest";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { behaviours } from "../../src/practice/stand-ins/twilio/misbehaviour.ts";
import { eventually } from "../helpers/eventually.ts";
import { lane, openLane, phone, sendToLane } from "../helpers/lane.ts";
import type { Scene } from "../helpers/scene.ts";

/** The message that names who was not reached, once it is written down that it named them. */
async function tellsOfFailures(scene: Scene, review: Message): Promise<Message> {
  const told = await scene.slack.until(() => scene.thread(review)[0], "who was not reached");
  await eventually(scene.areFailuresNamed, "them to count as named");
  return told;
}

/** An alert of which Twilio can't account for one text. */
async function withOneUnknown() {
  const scene = await openLane(3);
  scene.twilio.misbehave({ create: ({ to }) => (to === phone(2) ? behaviours.error500Before : undefined) });
  const review = await sendToLane(scene);
  await scene.messageSaying("2 delivered, 1 waiting");
  await scene.letPass("11 minutes");
  await scene.messageSaying("Sent 2 of 3: 2 delivered, 1 not reached (may have arrived).");
  scene.twilio.misbehave({});
  const told = await tellsOfFailures(scene, review);
  return { scene, review, told };
}

story("what is unknown is resent when somebody of the board says so, and only that", async () => {
  const { scene, told } = await withOneUnknown();
  expect(told.text).toContain("Twilio gave no answer; it may or may not have arrived");
  expect(told.text).toContain("Resend 1");

  await scene.dale.presses("Resend 1", told);

  await scene.messageSaying("Sent 3 of 3: 3 delivered.");
  expect(scene.twilio.ledger.map(({ to }) => to).sort()).toEqual(lane(3));
  expect(await scene.audit("resent")).toMatchObject([{ actor: scene.dale.id, what: "unknown", phones: 1 }]);

  await scene.dale.presses("Resend 1", told);
  await scene.dale.isTold("there is nothing open any more");
  expect(scene.twilio.ledger).toHaveLength(3);
});

story("an outsider's press resends nothing, and is recorded", async () => {
  const { scene, told } = await withOneUnknown();
  await scene.gus.presses("Resend 1", told);
  await scene.gus.isTold("nothing was done");
  expect(await scene.statuses()).toContain("unknown");
  expect(await scene.audit("refused")).toMatchObject([{ actor: scene.gus.id, what: "resend-unknown" }]);
});

story("nothing is resent once the alert is stale", async () => {
  const { scene, told } = await withOneUnknown();
  await scene.letDeadlinePass();
  await scene.dale.presses("Resend 1", told);
  await scene.dale.isTold("too old");
  expect(scene.twilio.ledger).toHaveLength(2);
});

story("a phone that was off gets another try, and late news of the first one does not count", async () => {
  const scene = await openLane(2);
  scene.twilio.phones.get(phone(1)).nature = "switched off";
  const review = await sendToLane(scene);
  await scene.messageSaying("Sent 1 of 2: 1 delivered, 1 not reached.");
  const told = await tellsOfFailures(scene, review);
  const [first] = scene.twilio.ledger.filter(({ to }) => to === phone(1));
  scene.twilio.phones.get(phone(1)).nature = "mobile";

  await scene.priya.presses("Try 1 again", told);
  await scene.twilio.tell(first?.sid ?? "", "sent");

  await scene.messageSaying("Sent 2 of 2: 2 delivered.");
  expect(scene.twilio.ledger.filter(({ to }) => to === phone(1))).toHaveLength(2);
});
