// What the practice page offers to go wrong, each with what a board can then see and rehearse.
import { expect, test as story } from "vitest";
import { members } from "../../src/practice/co-op/people.ts";
import { offered } from "../../src/practice/trouble/table.ts";
import { eventually } from "../helpers/eventually.ts";
import { expectOnceEach, lane, openLane, sendToLane } from "../helpers/lane.ts";
import { openScene, textOf } from "../helpers/scene.ts";

story("Twilio is busy: the alert waits and says why, and goes on when that ends", async () => {
  const scene = await openLane(4);
  scene.plays("twilio-busy");
  await sendToLane(scene);
  await scene.twilio.until(() => scene.twilio.requests.length > 0, "a text to be tried");
  await scene.letPass("1 minute");
  const waits = await scene.messageSaying(/^Sending waits\. Twilio/);
  expect(waits.text).toContain("4 waiting");
  expect(scene.twilio.ledger).toEqual([]);
  scene.ends("twilio-busy");
  await scene.letPass("5 minutes");
  await scene.messageSaying("Sent 4 of 4: 4 delivered.");
  expectOnceEach(scene, lane(4));
});

story("once Twilio takes texts again, nothing says any more that the alert waits", async () => {
  const scene = await openLane(4, { settings: { SEGMENTS_PER_SECOND: "1" } });
  scene.plays("twilio-busy");
  await sendToLane(scene);
  await scene.messageSaying(/^Sending waits\. Twilio/);
  scene.ends("twilio-busy");
  await scene.messageSaying(/^Sending\. Sent [1-3] of 4/);
});

story("its answers get lost: two are found, one is unknown, and Resend sends that one", async () => {
  const scene = await openLane(5, {
    rhythm: { updateEverySeconds: 0, roundEveryMs: 20, unknownAfterMinutes: 1 },
  });
  scene.plays("twilio-answer-lost");
  const review = await sendToLane(scene);
  await scene.messageSaying("4 delivered, 1 waiting (no answer yet)");
  // It has ended by itself.
  expect(scene.isOn("twilio-answer-lost")).toBe(false);
  await scene.letPass("2 minutes");
  await scene.messageSaying("Sent 4 of 5: 4 delivered, 1 not reached (may have arrived).");
  const told = await scene.slack.until(() => scene.thread(review)[0], "who was not reached");
  await eventually(scene.areFailuresNamed, "them to count as named");
  await scene.dale.presses("Resend 1", told);
  await scene.messageSaying("Sent 5 of 5: 5 delivered.");
  expectOnceEach(scene, lane(5));
});

story("the account is suspended: the alert halts, and Resume goes on once that ends", async () => {
  const scene = await openLane(4);
  scene.plays("twilio-suspended");
  await sendToLane(scene);
  const halted = await scene.messageSaying("has halted");
  expect(halted.text).toContain("suspended");
  scene.ends("twilio-suspended");
  await scene.dale.presses("Resume", halted);
  await scene.messageSaying("Sent 4 of 4: 4 delivered.");
  expectOnceEach(scene, lane(4));
});

story("a number abroad: it alone is not reached, and the board is told what can be done", async () => {
  const scene = await openScene();
  const abroad = members.filter(({ phone }) => phone.startsWith("+1604"));
  expect(abroad).toMatchObject([{ zone: "Mill Flats" }]);
  scene.plays("number-abroad");
  const review = await scene.sends(scene.priya, { zones: ["Mill Flats"] });
  await scene.messageSaying(/not reached/);
  await scene.slack.until(
    () => scene.thread(review).some(({ text }) => text.includes("not allowed to text this country")),
    "its reason in the thread",
  );
  expect((await scene.toldBoard()).join()).toContain("numbers in Canada");
  expect(scene.twilio.ledger.some(({ to }) => to === abroad[0]?.phone)).toBe(false);

  // Once it is allowed, the same number is texted.
  scene.ends("number-abroad");
  await scene.sends(scene.dale, { zones: ["Mill Flats"], message: "Mill Creek: it is safe again." });
  await scene.twilio.until(() => scene.twilio.ledger.some(({ to }) => to === abroad[0]?.phone), "its text");
});

story("Slack is away: the alert goes out, and its message catches up", async () => {
  const scene = await openLane(4);
  const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"] });
  scene.plays("slack-away");
  await scene.priya.presses("Send to", review);
  await scene.twilio.until(() => scene.twilio.ledger.length === 4, "the texts");
  expect(review.text).toContain("Nothing is sent yet");
  // A minute later it would end by itself.
  scene.ends("slack-away");
  await scene.letPass("1 minute");
  await scene.messageSaying("Sent 4 of 4: 4 delivered.");
});

story("Headgate is taken out of the channel: the alert goes on by direct message", async () => {
  const scene = await openLane(4);
  scene.plays("out-of-channel");
  await scene.priya.runs("/alert");
  await scene.priya.sees("New alert");
  await scene.priya.submits({ Zones: ["Spring Lane"], Kind: "Emergency", Message: "Boil your water." });
  const direct = () =>
    scene.slack
      .directMessages(scene.priya.id)
      .find(({ text, blocks }) => `${text} ${textOf(blocks)}`.includes("nothing is sent yet"));
  await scene.slack.until(direct, "the review in a direct message");
  scene.ends("out-of-channel");
  expect(scene.isOn("out-of-channel")).toBe(false);
});

story("each of them is offered with a sentence and a hint", () => {
  expect(Object.keys(offered)).toHaveLength(6);
  for (const { says, hint } of Object.values(offered)) {
    expect(says).toMatch(/^[A-Z].*[^.]$/);
    expect(hint).toMatch(/^[A-Z].*\.$/);
  }
});
