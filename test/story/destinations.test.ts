// What the account's settings or its sender keep from some numbers: these are refused alone. Where it happens to the
// co-op's own numbers from the first on, it is the account's.
import { expect, test as story } from "vitest";
import { promptPacing } from "../../src/practice/stand-ins/twilio/pacing.ts";
import { eventually } from "../helpers/eventually.ts";
import { expectOnceEach, lane, openLane, phone, sendToLane } from "../helpers/lane.ts";
import { openScene, textOf } from "../helpers/scene.ts";

const ABROAD = "+525512345678";
const MORE_ABROAD = ["+525512345679", "+525512345680", "+525512345681", "+525512345682", "+525512345683"];

/** A lane of four, and some whose numbers are of another country. */
async function openLaneWith(abroad: readonly string[], options?: Parameters<typeof openScene>[0]) {
  const scene = await openScene(options);
  await scene.addZone("Spring Lane", [...lane(4), ...abroad]);
  return scene;
}

story("one number abroad that the account may not text holds up nobody, and is named", async () => {
  const scene = await openLaneWith([ABROAD]);
  scene.twilio.account.closed = ["+52"];
  const review = await sendToLane(scene);
  const done = await scene.messageSaying("Sent 4 of 5: 4 delivered, 1 not reached.");
  expect(done.ts).toBe(review.ts);
  expectOnceEach(scene, lane(4));
  await scene.slack.until(
    () => scene.thread(done).some(({ text }) => text.includes("not allowed to text this country")),
    "its name in the thread",
  );
  const [told, ...more] = await scene.toldBoard();
  expect(told).toContain("numbers in Mexico");
  expect(told).toContain("Geo permissions");
  expect(more).toEqual([]);
  // The number is good: it is texted as soon as the country is allowed.
  const next = await scene.reviews(scene.dale, { zones: ["Spring Lane"], message: "Boil it still." });
  expect(textOf(next.blocks)).toContain("5 phones");
});

story("the board is told once for each country, in however many alerts it happens", async () => {
  const scene = await openLaneWith([ABROAD, ...MORE_ABROAD, "+18765550101"]);
  scene.twilio.account.closed = ["+52", "+1876"];
  await sendToLane(scene, "Mill Creek: the first.");
  await scene.messageSaying("Sent 4 of 11: 4 delivered, 7 not reached.");
  await sendToLane(scene, "Mill Creek: the second.");
  await scene.slack.until(
    () =>
      scene.boardMessages().filter(({ text }) => text.includes("Sent 4 of 11: 4 delivered, 7 not reached."))
        .length === 2,
    "the second to be over",
  );
  const told = await scene.toldBoard();
  expect(told).toHaveLength(2);
  expect(told.join()).toMatch(/Mexico.*Jamaica|Jamaica.*Mexico/);
});

story("six numbers abroad, and nobody else, are no reason to halt", async () => {
  // In Jamaica numbers begin with +1, as the co-op's own do.
  const jamaican = Array.from({ length: 6 }, (_, n) => `+187655501${String(n).padStart(2, "0")}`);
  const scene = await openScene();
  await scene.addZone("Spring Lane", jamaican);
  scene.twilio.account.closed = ["+1876"];
  await sendToLane(scene);
  await scene.messageSaying("Sent 0 of 6: 6 not reached.");
  expect(await scene.audit("halted")).toEqual([]);
});

story("once the country is allowed, Try again reaches the number", async () => {
  const scene = await openLaneWith([ABROAD]);
  scene.twilio.account.closed = ["+52"];
  const review = await sendToLane(scene);
  await scene.messageSaying("4 delivered, 1 not reached.");
  const told = await scene.slack.until(
    () => scene.thread(review).find(({ text }) => text.includes("Try 1 again")),
    "who was not reached",
  );
  await eventually(scene.areFailuresNamed, "them to count as named");
  scene.twilio.account.closed = [];
  await scene.priya.presses("Try 1 again", told);
  await scene.messageSaying("Sent 5 of 5: 5 delivered.");
  expectOnceEach(scene, [...lane(4), ABROAD]);
});

story("a callback that tells it of a number abroad holds up nobody either", async () => {
  const scene = await openLaneWith([ABROAD], { twilio: { pacing: "manual" } });
  await sendToLane(scene);
  await scene.messageSaying("5 on the way");
  const { sid = "" } = scene.twilio.ledger.find(({ to }) => to === ABROAD) ?? {};
  await scene.twilio.tell(sid, "failed", 21408);
  await scene.messageSaying("4 on the way, 1 not reached");
  expect((await scene.toldBoard()).join()).toContain("Mexico");
  expect(await scene.audit("halted")).toEqual([]);
});

story("so does what is found by asking", async () => {
  const scene = await openLaneWith([ABROAD, ...MORE_ABROAD], {
    settings: { SEGMENTS_PER_SECOND: "20" },
    twilio: { pacing: { ...promptPacing, callbackDelays: () => [] } },
  });
  for (const number of [ABROAD, ...MORE_ABROAD]) scene.twilio.phones.get(number).nature = "not allowed";
  await sendToLane(scene);
  await scene.messageSaying("10 on the way");
  await scene.twilio.settle();
  await scene.letPass("3 minutes");
  await scene.messageSaying("Sent 4 of 10: 4 delivered, 6 not reached.");
  expect(await scene.toldBoard()).toHaveLength(1);
  expect(await scene.audit("halted")).toEqual([]);
});

story(
  "late news of the first five of the co-op's own numbers halts what is left, and these are pending again",
  async () => {
    const scene = await openLane(12, {
      settings: { SEGMENTS_PER_SECOND: "2" },
      twilio: { pacing: "manual" },
    });
    await sendToLane(scene);
    await scene.twilio.until(() => scene.twilio.ledger.length >= 5, "five to leave");
    const early = scene.twilio.ledger.slice(0, 5);
    for (const { sid } of early) await scene.twilio.tell(sid, "failed", 21408);
    const halted = await scene.messageSaying("has halted");
    expect(halted.text).toContain("(21408)");
    await eventually(
      async () => (await scene.statuses()).filter((status) => status === "pending").length >= 5,
      "these to wait",
    );
    expect(await scene.statuses()).not.toContain("failed");
    expect(await scene.earlierAttempts()).toMatchObject(
      early.map(({ sid }) => ({ sid, status: "failed", code: "21408" })),
    );
    await scene.dale.presses("Resume", halted);
    await scene.twilio.until(
      () => early.every(({ to }) => scene.twilio.ledger.filter((each) => each.to === to).length === 2),
      "these to leave once more",
    );
  },
);

story.each([21408, 21606])(
  "%i for the first five of the co-op's own numbers is the account's: it halts, and nobody is lost",
  async (code) => {
    const scene = await openLane(12);
    scene.plays(`twilio-${code}`);
    await sendToLane(scene);
    const halted = await scene.messageSaying(`(${code}).`);
    expect(halted.text).toMatch(
      /^Sending has halted\..*first 5 numbers in United States.*console\.twilio\.com/,
    );
    await eventually(
      async () => (await scene.statuses()).every((status) => status === "pending"),
      "all to wait",
    );
    expect(await scene.audit("halted")).toHaveLength(1);
    scene.ends();
    await scene.dale.presses("Resume", halted);
    await scene.messageSaying("Sent 12 of 12: 12 delivered.");
    expectOnceEach(scene, lane(12));
  },
);

story("a trial account halts, and says that it is one", async () => {
  const scene = await openLane(3);
  scene.twilio.account.verified = [];
  await sendToLane(scene);
  const halted = await scene.messageSaying("has halted");
  expect(halted.text).toMatch(/trial account.*\(21608\).*3 waiting/);
});

story("what Twilio puts before a trial account's text does not hide it from who asks", async () => {
  const scene = await openLane(2, { twilio: { pacing: "manual" } });
  scene.twilio.account.verified = lane(2);
  scene.plays("twilio-error-late", { to: phone(1) });
  await sendToLane(scene);
  await scene.messageSaying("1 on the way, 1 waiting");
  await eventually(() => scene.isSetback(), "the setback");
  await scene.letPass("1 minute");
  await scene.messageSaying("Sent 2 of 2: 2 on the way.");
  expectOnceEach(scene, lane(2));
});

story("each text says what it is for, so that no emergency is held back; a test too", async () => {
  const scene = await openLane(1);
  scene.twilio.account.holdsBack = true;
  const intents = {
    Emergency: "notifications",
    "Service notice": "notifications",
    Meeting: "events",
    Other: "announcements",
  };
  for (const [kind, intent] of Object.entries(intents)) {
    const before = scene.twilio.requests.length;
    await scene.sends(scene.priya, { zones: ["Spring Lane"], kind, message: `Mill Creek: ${kind}.` });
    await scene.twilio.until(() => scene.twilio.requests.length > before, "the text to leave");
    expect([kind, scene.twilio.requests.at(-1)?.messageIntent]).toEqual([kind, intent]);
  }
  const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"], message: "Mill Creek: a test." });
  const before = scene.twilio.requests.length;
  await scene.priya.presses("Send me a test", review);
  await scene.twilio.until(() => scene.twilio.requests.length > before, "the test to leave");
  expect(scene.twilio.requests.at(-1)?.messageIntent).toBe("notifications");
});

story.each(["the answer", "asking"])(
  "the board is told once that texts are held back until the morning, found by %s",
  async (by) => {
    const scene = await openLane(3, { twilio: { pacing: "manual" } });
    scene.twilio.account.holdsBack = true;
    if (by === "asking") scene.plays("twilio-lost");
    await scene.sends(scene.priya, { zones: ["Spring Lane"], kind: "Meeting" });
    if (by === "asking") {
      await eventually(() => scene.isSetback(3), "the setbacks");
      await scene.letPass("1 minute");
    }
    await scene.messageSaying("3 on the way");
    await eventually(async () => (await scene.toldBoard()).length > 0, "the alarm");
    const told = await scene.toldBoard();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("until the morning");
  },
);

story(
  "a text that the account's quiet hours refuse is refused alone, and the board is told at once",
  async () => {
    const scene = await openLane(4, { twilio: { pacing: "manual" } });
    await sendToLane(scene);
    await scene.messageSaying("4 on the way");
    await scene.twilio.tell(scene.twilio.ledger[0]?.sid ?? "", "failed", 30610);
    await scene.messageSaying("3 on the way, 1 not reached");
    expect((await scene.toldBoard()).join()).toContain("Compliance Toolkit");
  },
);
