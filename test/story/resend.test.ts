import { expect, test as story } from "vitest";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { promptPacing } from "../../src/practice/stand-ins/twilio/pacing.ts";
import { eventually } from "../helpers/eventually.ts";
import { expectOnceEach, lane, openLane, phone, sendToLane } from "../helpers/lane.ts";
import type { Scene, SceneOptions } from "../helpers/scene.ts";

/** The message that names who was not reached, once it is written down that it named them. */
async function tellsOfFailures(scene: Scene, review: Message): Promise<Message> {
  const told = await scene.slack.until(() => scene.thread(review)[0], "who was not reached");
  await eventually(scene.areFailuresNamed, "them to count as named");
  return told;
}

/** An alert of which Twilio can't account for one text. */
async function withOneUnknown() {
  const scene = await openLane(3);
  scene.plays("twilio-error", { to: phone(2) });
  const review = await sendToLane(scene);
  await scene.messageSaying("2 delivered, 1 waiting");
  await scene.letPass("11 minutes");
  await scene.messageSaying("Sent 2 of 3: 2 delivered, 1 not reached (may have arrived).");
  scene.ends();
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
  await scene.gus.isTold("Nothing was changed");
  expect(await scene.statuses()).toContain("unknown");
  expect(await scene.audit("refused")).toMatchObject([{ actor: scene.gus.id, what: "resend-unknown" }]);
});

story("nothing is resent once the alert is stopped, or stale", async () => {
  const { scene, told } = await withOneUnknown();
  scene.plays("twilio-busy");
  await scene.priya.presses("Resend 1", told);
  await scene.dale.presses("Stop", await scene.messageSaying("Sending"));
  await scene.messageSaying(/^Stopped: /);
  await scene.dale.presses("Resend 1", told);
  await scene.dale.isTold("Nothing was sent again: this alert was stopped.");
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

  // The second waits while Twilio is busy.
  scene.plays("twilio-busy");
  await scene.priya.presses("Try 1 again", told);
  await scene.twilio.until(() => scene.twilio.requests.length > 2, "the second to be tried");
  for (const late of ["sent", "delivered"] as const) {
    expect(await scene.twilio.tell(first?.sid ?? "", late)).toMatchObject({ status: 204 });
  }
  expect(["pending", "sending"]).toContain(await scene.statusOf(phone(1)));
  scene.ends();
  await scene.letPass("1 minute");
  await scene.messageSaying("Sent 2 of 2: 2 delivered.");
  const [, second] = scene.twilio.ledger.filter(({ to }) => to === phone(1));
  expect((await scene.deliveries())[0]).toMatchObject({ sid: second?.sid, status: "delivered" });
  // Nor does it, once the second is there.
  expect(await scene.twilio.tell(first?.sid ?? "", "undelivered", 30003)).toMatchObject({ status: 204 });
  expect((await scene.deliveries())[0]).toMatchObject({ sid: second?.sid, status: "delivered", code: null });
  expect(await scene.earlierAttempts()).toMatchObject([
    { sid: first?.sid, status: "undelivered", code: "30003" },
  ]);
});

/** Nothing is told by callbacks: what became of a text is found by asking. */
const SILENT: SceneOptions = { twilio: { pacing: { ...promptPacing, callbackDelays: () => [] } } };
const sent = (scene: Scene, to: string) => scene.twilio.ledger.filter((message) => message.to === to);

story("late news of a first attempt whose failure was found by asking does not stop the second", async () => {
  const scene = await openLane(2, SILENT);
  scene.twilio.phones.get(phone(1)).nature = "switched off";
  const review = await sendToLane(scene);
  await scene.messageSaying("2 on the way");
  await scene.twilio.settle();
  await scene.letPass("3 minutes");
  await scene.messageSaying("Sent 1 of 2: 1 delivered, 1 not reached.");
  const told = await tellsOfFailures(scene, review);
  const [first] = sent(scene, phone(1));
  scene.twilio.phones.get(phone(1)).nature = "mobile";

  scene.plays("twilio-busy");
  await scene.priya.presses("Try 1 again", told);
  await scene.twilio.until(() => scene.twilio.requests.length > 2, "the second to be tried");
  await scene.twilio.tell(first?.sid ?? "", "sent");
  scene.ends();
  await scene.letPass("1 minute");
  await scene.twilio.until(() => sent(scene, phone(1)).length === 2, "the second to leave");

  // Each has its own message, and both are paid for.
  await scene.messageSaying("1 delivered, 1 on the way");
  await scene.twilio.settle();
  await scene.letPass("1 hour");
  await eventually(async () => {
    const [alert] = await scene.alerts();
    return Math.abs((alert?.price ?? 0) - 3 * 0.0083) < 0.00001;
  }, "the price of all three");
  const [second] = sent(scene, phone(1)).slice(1);
  expect(await scene.earlierAttempts()).toEqual([
    { sid: first?.sid, status: "undelivered", code: "30003", price: 0.0083 },
  ]);
  expect((await scene.deliveries())[0]).toMatchObject({
    sid: second?.sid,
    status: "delivered",
    price: 0.0083,
  });

  await scene.ana.runs("/alert-log");
  await scene.ana.sees("Alert log");
  await scene.ana.pressesInModal("Details");
  expect(await scene.ana.sees("Alert 1")).toMatch(
    /0101 Member 1: \*delivered\*.*\n +try 1: \*not reached\* \(phone off or out of coverage\)/,
  );
});

/** An alert of which Twilio took one text, did not say so, and does not list it. */
async function withOneLost() {
  const scene = await openLane(2, SILENT);
  scene.plays("twilio-forgets", { to: phone(1) });
  const review = await sendToLane(scene);
  await scene.messageSaying("1 on the way, 1 waiting");
  await scene.letPass("11 minutes");
  await scene.messageSaying("1 delivered, 1 not reached (may have arrived)");
  const told = await tellsOfFailures(scene, review);
  const [first] = sent(scene, phone(1));
  return { scene, told, first: first?.sid ?? "" };
}

story("what was unknown and turns out delivered while its resend waits is not sent again", async () => {
  const { scene, told, first } = await withOneLost();
  scene.plays("twilio-busy");
  const before = scene.twilio.requests.length;
  await scene.priya.presses("Resend 1", told);
  await scene.twilio.until(() => scene.twilio.requests.length > before, "the resend to be tried");
  await eventually(async () => (await scene.statuses())[0] === "pending", "it to wait");
  await scene.twilio.tell(first, "delivered");
  await scene.messageSaying("Sent 2 of 2: 2 delivered.");
  scene.ends();
  await scene.letPass("1 minute");
  expectOnceEach(scene, lane(2));
  expect(await scene.earlierAttempts()).toEqual([]);
  expect((await scene.deliveries())[0]).toMatchObject({ sid: first, status: "delivered" });
});

story(
  "what was unknown and turns out delivered after its resend has left counts too, with its price",
  async () => {
    const { scene, told, first } = await withOneLost();
    scene.ends();
    await scene.priya.presses("Resend 1", told);
    await scene.twilio.until(() => sent(scene, phone(1)).length === 2, "the resend to leave");
    await scene.messageSaying("1 delivered, 1 on the way");
    await scene.twilio.tell(first, "delivered");
    await scene.twilio.settle();
    await scene.letPass("1 hour");
    await eventually(
      async () => (await scene.earlierAttempts())[0]?.price === 0.0083,
      "the price of the first",
    );
    expect(await scene.earlierAttempts()).toMatchObject([{ sid: first, status: "delivered" }]);
    expect((await scene.deliveries())[0]).toMatchObject({ status: "delivered", price: 0.0083 });
    expect((await scene.alerts())[0]?.price).toBeCloseTo(3 * 0.0083);
  },
);

story("whoever got the first text is not named as not reached because the second failed", async () => {
  const { scene, told, first } = await withOneLost();
  scene.twilio.phones.get(phone(1)).nature = "switched off";
  scene.ends();
  await scene.priya.presses("Resend 1", told);
  await scene.twilio.until(() => sent(scene, phone(1)).length === 2, "the resend to leave");
  await scene.messageSaying("1 delivered, 1 on the way");
  await scene.twilio.settle();
  await scene.letPass("1 hour");
  await scene.messageSaying("1 delivered, 1 not reached");
  await scene.twilio.tell(first, "delivered");
  await scene.messageSaying("Sent 2 of 2: 2 delivered.");
  expect(await scene.earlierAttempts()).toMatchObject([{ status: "undelivered", code: "30003" }]);
});

story("a stopped alert names who was not reached, and offers no other try", async () => {
  const scene = await openLane(60, { settings: { SEGMENTS_PER_SECOND: "20" } });
  scene.twilio.phones.get(phone(1)).nature = "switched off";
  const review = await sendToLane(scene);
  await scene.twilio.until(() => scene.twilio.ledger.length >= 5, "five texts");
  await scene.dale.presses("Stop", await scene.messageSaying("Sending"));
  await scene.messageSaying(/^Stopped: /);
  const told = await scene.slack.until(
    () => scene.thread(review).find(({ text }) => text.includes("Tell them in another way")),
    "who was not reached",
  );
  expect(told.text).toContain(`Member 1 · Spring Lane`);
  expect(told.text).not.toMatch(/Try \d|Resend/);
});
