// What Twilio answers, and what it means: each class of error, and answers that nobody can understand.
import { expect, test as story } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { writePhone } from "../../src/members/phone.ts";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { promptPacing } from "../../src/practice/stand-ins/twilio/pacing.ts";
import { eventually } from "../helpers/eventually.ts";
import { openGateway, twilioWords } from "../helpers/gateway.ts";
import { expectOnceEach, lane, openLane, phone, sendToLane } from "../helpers/lane.ts";
import { openScene, type Scene, textOf } from "../helpers/scene.ts";

/** What the gateway said of a number is judged soon after. */
const numberBarred = (scene: Scene) =>
  eventually(async () => (await scene.audit("number barred")).length > 0, "the number to be barred");

/** Each phone has its own: what is said of one is said of no other. */
const reasonsAt = (scene: Scene, done: Message, codes: readonly number[]) =>
  scene.slack.until(
    () =>
      codes.every((code, n) => scene.thread(done).some(({ text }) => text.includes(reasonOf(n + 1, code)))),
    "the reasons",
  );
const reasonOf = (n: number, code: number) =>
  `• Member ${n} · Spring Lane · ${writePhone(phone(n))}: ${twilioWords.explain(String(code)).words}`;

story("numbers that are useless are named as such, and left out from then on", async () => {
  const codes = [21211, 21614, 21635];
  const scene = await openLane(4);
  for (const [n, code] of codes.entries()) scene.plays(`twilio-${code}`, { to: phone(n + 1) });
  await sendToLane(scene);
  const done = await scene.messageSaying("Sent 1 of 4: 1 delivered, 3 not reached.");
  await reasonsAt(scene, done, codes);
  const barred = () => scene.audit("number barred");
  await eventually(async () => (await barred()).length === 3, "the numbers to be barred");
  for (const [n, code] of codes.entries()) {
    const entry = {
      actor: "system",
      alertId: null,
      phone: phone(n + 1),
      gateway: "twilio",
      code: String(code),
    };
    expect(await barred()).toContainEqual(entry);
  }
  const next = await scene.reviews(scene.dale, { zones: ["Spring Lane"] });
  expect(textOf(next.blocks)).toMatch(/1 phone[^s].*\n.*3 with a number that can't get texts/);
});

story("who texts has a phone again, however often Twilio repeats what it said of it before", async () => {
  const scene = await openLane(2, { twilio: { pacing: "manual" } });
  await sendToLane(scene);
  await scene.messageSaying("2 on the way");
  const { sid = "" } = scene.twilio.ledger.find(({ to }) => to === phone(1)) ?? {};
  await scene.twilio.tell(sid, "undelivered", 30005);
  await scene.messageSaying("1 on the way, 1 not reached");
  await numberBarred(scene);
  await scene.twilio.reply(phone(1), "What was that?");
  await scene.twilio.tell(sid, "undelivered", 30005);
  expect(await scene.audit("number freed")).toMatchObject([
    { actor: "member", phone: phone(1), why: "the member wrote", code: "30005" },
  ]);
  const next = await scene.reviews(scene.dale, { zones: ["Spring Lane"] });
  expect(textOf(next.blocks)).toMatch(/2 phones/);
});

story("who opts in again gets texts, however often Twilio repeats that it was opted out before", async () => {
  const scene = await openLane(2, { twilio: { pacing: "manual" } });
  await sendToLane(scene);
  await scene.messageSaying("2 on the way");
  const sidOf = (n: number) => scene.twilio.ledger.find(({ to }) => to === phone(n))?.sid ?? "";
  await scene.twilio.tell(sidOf(1), "undelivered", 21610);
  const without = await scene.reviews(scene.dale, { zones: ["Spring Lane"] });
  expect(textOf(without.blocks)).toMatch(/1 phone\b.*1 opted out/s);
  await scene.twilio.reply(phone(1), "START");
  await scene.twilio.tell(sidOf(1), "undelivered", 21610);
  // We had not heard yet that this one was opted out.
  await scene.twilio.reply(phone(2), "START");
  await scene.twilio.tell(sidOf(2), "undelivered", 21610);
  const next = await scene.reviews(scene.dale, { zones: ["Spring Lane"], message: "Boil it still." });
  expect(textOf(next.blocks)).toMatch(/2 phones/);
});

story("30005 told by a callback makes the number useless too", async () => {
  const scene = await openLane(2, { twilio: { pacing: "manual" } });
  await sendToLane(scene);
  await scene.messageSaying("2 on the way");
  await scene.twilio.tell(scene.twilio.ledger[0]?.sid ?? "", "undelivered", 30005);
  await scene.messageSaying("1 on the way, 1 not reached");
  await numberBarred(scene);
  const next = await scene.reviews(scene.dale, { zones: ["Spring Lane"] });
  expect(textOf(next.blocks)).toContain("1 with a number that can't get texts");
});

story("30006 may be the carrier's trouble: it takes two alerts to make a number useless", async () => {
  const scene = await openLane(2, { twilio: { pacing: "manual" } });
  for (const [n, words] of ["The water is off.", "It is still off."].entries()) {
    const review = await scene.reviews(scene.priya, {
      zones: ["Spring Lane"],
      message: `Mill Creek: ${words}`,
    });
    expect(textOf(review.blocks), words).toContain("2 members on 2 phones");
    await scene.priya.presses("Send to 2 phones", review);
    await scene.twilio.until(() => scene.twilio.ledger.length === 2 * (n + 1));
    const last = scene.twilio.ledger.findLast(({ to }) => to === phone(1));
    await scene.twilio.tell(last?.sid ?? "", "undelivered", 30006);
    await eventually(async () => (await scene.judgedFaults()) === n + 1, "the number to be judged");
    expect(await scene.audit("number barred")).toHaveLength(n);
  }
  const next = await scene.reviews(scene.dale, { zones: ["Spring Lane"], message: "Mill Creek: it is on." });
  expect(textOf(next.blocks)).toContain("1 with a number that can't get texts");
});

story("what a callback says may pass is a failure with a reason, and the number stays good", async () => {
  const codes = [30003, 30004, 30007, 30008, 30017, 30023];
  const scene = await openLane(codes.length, { twilio: { pacing: "manual" } });
  await sendToLane(scene);
  await scene.messageSaying("6 on the way");
  for (const [n, code] of codes.entries()) {
    const { sid = "" } = scene.twilio.ledger.find(({ to }) => to === phone(n + 1)) ?? {};
    await scene.twilio.tell(sid, "undelivered", code);
  }
  await reasonsAt(scene, await scene.messageSaying("6 not reached"), codes);
  const next = await scene.reviews(scene.dale, { zones: ["Spring Lane"] });
  expect(textOf(next.blocks)).toContain("6 members on 6 phones");
});

story("21610: an opt-out that only Twilio knew of is ours from then on", async () => {
  const scene = await openLane(2);
  scene.twilio.phones.get(phone(1)).optedOut = true;
  await sendToLane(scene);
  await scene.messageSaying("Sent 1 of 2: 1 delivered, 1 not sent (opted out meanwhile).");
  expect(await scene.audit("opted out")).toContainEqual({
    actor: "system",
    alertId: null,
    phone: phone(1),
    source: "provider",
  });
  const next = await scene.reviews(scene.dale, { zones: ["Spring Lane"] });
  expect(textOf(next.blocks)).toContain("1 opted out");
  await scene.twilio.reply(phone(1), "START");
  await scene.dale.presses("Send to", next);
  await scene.dale.isTold(/has changed/);
});

// Thirteen alerts, one after the other.
story(
  "when the account can't send, the alert halts, says why, and loses nobody",
  { timeout: 180_000 },
  async () => {
    const scene = await openLane(3);
    const codes = [20003, 20005, 10001, 30002, 21608, 21219, 21703, 21704, 30032, 30033, 30034, 30035, 63038];
    for (const code of codes) {
      scene.ends();
      scene.plays(`twilio-${code}`);
      const review = await sendToLane(scene, `Mill Creek: notice ${codes.indexOf(code)}.`);
      const halted = await scene.messageSaying(`(${code}).`);
      expect(halted.ts).toBe(review.ts);
      expect(halted.text).toMatch(/^Sending has halted\..*Sent 0 of 3: 3 waiting\.$/);
      expect(await scene.audit("halted")).toContainEqual(
        expect.objectContaining({ actor: "system", reason: expect.stringContaining(`(${code})`) }),
      );
      await scene.dale.presses("Stop", halted);
      await scene.slack.until(
        () => scene.boardMessages().find(({ ts, text }) => ts === review.ts && /^Stopped: /.test(text)),
        "the stop",
      );
    }
    expect(scene.twilio.ledger).toHaveLength(0);
  },
);

story("an account's refusal without a code halts as well", async () => {
  const scene = await openLane(2);
  scene.plays("twilio-no-code");
  await sendToLane(scene);
  expect((await scene.messageSaying("has halted")).text).toContain("2 waiting");
});

story("after the cause is mended, Resume sends one first, and the others when it was taken", async () => {
  const scene = await openLane(3);
  scene.plays("twilio-20003");
  await sendToLane(scene);
  const halted = await scene.messageSaying("has halted");
  const before = scene.twilio.requests.length;
  scene.ends();
  scene.plays("twilio-later");
  await scene.dale.presses("Resume", halted);
  await scene.twilio.until(() => scene.twilio.requests.length > before);
  // A STOP that comes while everything waits is honoured.
  const waiting = lane(3).filter((to) => to !== scene.twilio.requests.at(-1)?.to);
  await scene.twilio.reply(waiting[0] ?? "", "STOP");
  expect(scene.twilio.requests).toHaveLength(before + 1);
  scene.ends();
  await scene.messageSaying("Sent 2 of 3: 2 delivered, 1 not sent (opted out meanwhile).");
  expectOnceEach(
    scene,
    lane(3).filter((to) => to !== waiting[0]),
  );
});

story("a refusal of the one that goes first, which nobody knows, halts again and loses nobody", async () => {
  const scene = await openLane(3);
  scene.plays("twilio-20003");
  await sendToLane(scene);
  const halted = await scene.messageSaying("has halted");
  const before = scene.twilio.requests.length;
  scene.ends();
  scene.plays("twilio-29999");
  await scene.dale.presses("Resume", halted);
  const again = await scene.messageSaying("Twilio refused the text that went first (29999).");
  expect(again.text).toContain("Sent 0 of 3: 3 waiting.");
  expect(scene.twilio.requests).toHaveLength(before + 1);
});

story("an account's fault in a callback halts what is left", async () => {
  const scene = await openLane(5, { settings: { SEGMENTS_PER_SECOND: "0.1" }, twilio: { pacing: "manual" } });
  await sendToLane(scene);
  await scene.messageSaying("2 on the way, 3 waiting");
  await scene.twilio.tell(scene.twilio.ledger[0]?.sid ?? "", "undelivered", 30034);
  const halted = await scene.messageSaying("has halted");
  expect(halted.text).toMatch(/30034.*1 on the way, 1 not reached, 3 waiting/);
});

story(
  "an account's fault whose callback was lost is found by asking, and halts what is left as well",
  async () => {
    const scene = await openLane(5, {
      settings: { SEGMENTS_PER_SECOND: "0.1" },
      twilio: { pacing: { ...promptPacing, callbackDelays: () => [] } },
    });
    scene.twilio.phones.get(phone(1)).nature = "strict";
    await sendToLane(scene);
    await scene.messageSaying("2 on the way, 3 waiting");
    await scene.twilio.settle();
    await scene.letPass("3 minutes");
    const halted = await scene.messageSaying("has halted");
    expect(halted.text).toMatch(/30034.*1 not reached, 3 waiting/);
  },
);

story.each([
  ["Twilio", "twilio-busy"],
  ["something in between", "twilio-in-between"],
])("429 by %s backs off and goes on; nobody is asked to decide anything", async (_, trouble) => {
  const scene = await openLane(60, { random: () => 0 });
  scene.plays(trouble, { times: 20 });
  await sendToLane(scene);
  await scene.messageSaying("Sent 60 of 60: 60 delivered.");
  expectOnceEach(scene, lane(60));
  expect(scene.twilio.requests.length).toBeLessThanOrEqual(60 + 50);
});

story.each([0, 1])(
  "a refusal that nobody knows is held once, and then told; after %i times busy",
  async (busy) => {
    const scene = await openLane(12, { random: () => 0 });
    scene.plays("twilio-29999", { to: phone(1) });
    if (busy > 0) scene.plays("twilio-busy", { to: phone(1), times: busy });
    await sendToLane(scene);
    await scene.messageSaying("11 delivered, 1 waiting");
    await eventually(
      async () =>
        (await scene.deliveries()).some(({ status, code }) => status === "pending" && code === "29999"),
      "it to be held",
    );
    await scene.letPass("61 seconds");
    const done = await scene.messageSaying("Sent 11 of 12: 11 delivered, 1 not reached.");
    await scene.slack.until(
      () => scene.thread(done).some(({ text }) => text.includes(": refused by Twilio")),
      "the reason",
    );
    expect(scene.twilio.requests.filter(({ to }) => to === phone(1))).toHaveLength(busy + 2);
  },
);

story("five such refusals in a row are about the account: it halts, and nothing is lost", async () => {
  const scene = await openLane(80);
  scene.plays("twilio-29999");
  await sendToLane(scene);
  const halted = await scene.messageSaying(
    "no proper answer 5 times in a row; the last was a refusal (29999)",
  );
  await eventually(async () => (await scene.statuses()).every((status) => status === "pending"), "all held");
  scene.ends();
  await scene.letPass("61 seconds");
  await scene.priya.presses("Resume", halted);
  await scene.messageSaying("Sent 80 of 80: 80 delivered.");
  expectOnceEach(scene, lane(80));
});

const lost = ["twilio-error-late", "twilio-lost", "twilio-truncated", "twilio-cut-off", "twilio-odd"];

story.each(lost)(
  "%s: a text that was taken without a proper answer is found by asking, and never sent again",
  async (trouble) => {
    const scene = await openLane(3, { twilio: { pacing: "manual" } });
    scene.plays(trouble, { to: phone(2) });
    await sendToLane(scene);
    await scene.messageSaying("2 on the way, 1 waiting");
    await eventually(
      async () => (await scene.statuses())[1] === "sending" && scene.isSetback(),
      "the setback",
    );
    await scene.letPass("1 minute");
    await scene.messageSaying("Sent 3 of 3: 3 on the way.");
    expectOnceEach(scene, lane(3));
    await scene.twilio.settle();
    await scene.messageSaying("3 delivered");
  },
);

story.each(["twilio-error", "twilio-unreachable"])(
  "%s: what nobody can tell is looked for for ten minutes, then told as unknown, and never sent again",
  async (trouble) => {
    const scene = await openLane(2);
    scene.plays(trouble, { to: phone(1) });
    await sendToLane(scene);
    await scene.messageSaying("1 delivered, 1 waiting");
    await eventually(() => scene.isSetback(), "the setback");
    await scene.letPass("9 minutes");
    await eventually(scene.isAsked, "the question");
    expect(await scene.statuses()).toEqual(["sending", "delivered"]);
    await scene.letPass("6 minutes");
    const done = await scene.messageSaying("Sent 1 of 2: 1 delivered, 1 not reached (may have arrived).");
    await scene.slack.until(
      () => scene.thread(done).some(({ text }) => text.includes("may or may not have arrived")),
      "its name in the thread",
    );
    expect(scene.twilio.requests).toHaveLength(2);
  },
);

story("an unknown one that turns up at Twilio later still gets its true status", async () => {
  const scene = await openLane(2, { twilio: { pacing: "manual" } });
  scene.plays("twilio-unlisted", { to: phone(1) });
  await sendToLane(scene);
  await scene.messageSaying("1 on the way, 1 waiting");
  await eventually(() => scene.isSetback(), "the setback");
  await scene.letPass("11 minutes");
  await scene.messageSaying("1 on the way, 1 not reached (may have arrived)");
  scene.ends();
  await scene.letPass("1 hour");
  await scene.messageSaying("Sent 2 of 2: 2 on the way.");
  expectOnceEach(scene, lane(2));
});

story("prices come later, and one message that Twilio can't find holds up no other", async () => {
  const scene = await openLane(3);
  await sendToLane(scene);
  await scene.messageSaying("3 delivered");
  await scene.twilio.settle();
  const [lostOne] = scene.twilio.ledger;
  scene.plays("twilio-look-20404", { sid: lostOne?.sid });
  await scene.letPass("1 hour");
  await eventually(scene.isAskedAboutAll, "everybody to have been asked about");
  await scene.messageSaying("Cost: about $0.04 with the carriers' fees; the provider's own prices come");
  scene.ends();
  await scene.letPass("1 hour");
  await eventually(
    async () => (await scene.deliveries()).every(({ price }) => price === 0.0083),
    "the last price",
  );
});

story("a number whose history can't be read holds up no other question", async () => {
  const scene = await openLane(4, { twilio: { pacing: "manual" } });
  scene.plays("twilio-lost");
  // Twilio's own words name the number. They must not get into the log.
  scene.plays("twilio-names-numbers", { to: phone(1) });
  await sendToLane(scene);
  await eventually(() => scene.isSetback(4), "the setbacks");
  await scene.letPass("1 minute");
  await scene.messageSaying("3 on the way, 1 waiting");
});

story("a request that never ends is given up within the lease, and asked about", async () => {
  const scene = await openScene();
  const publicUrl = `http://localhost:${scene.app.port}`;
  const hurried = openGateway(scene, { timeLimitMs: 2_000, publicUrl });
  scene.plays("twilio-silent");
  await expect(hurried.send({ to: phone(1), body: "Mill Creek", kind: "other" })).rejects.toMatchObject({
    explanation: { fault: "ambiguous" },
  });
  const [found] = await openGateway(scene, { publicUrl }).find({
    to: phone(1),
    within: 60,
  });
  expect(found?.body).toBe("Mill Creek");
});

story("a process that is frozen while it connects does not send when it goes on", async () => {
  const scene = await openScene();
  const looks = [0];
  const clock = { ...systemClock, monotonic: () => looks.shift() ?? 60_000 };
  const gateway = openGateway(scene, { clock, connections: 1 });
  const late = gateway.send({ to: phone(1), body: "Mill Creek", kind: "other" });
  expect(await late.catch(({ explanation }) => explanation.fault)).toBe("late");
  // The connection stands, and what is sent now uses it.
  await gateway.send({ to: phone(2), body: "Mill Creek", kind: "other" });
  expect(scene.twilio.requests.map(({ to }) => to)).toEqual([phone(2)]);
});

story("Twilio is asked about texts while no text gets through to it", async () => {
  const scene = await openScene();
  const gateway = openGateway(scene, { connections: 1 });
  scene.plays("twilio-late");
  const sent = gateway.send({ to: phone(1), body: "Mill Creek", kind: "other" });
  await scene.twilio.until(() => scene.twilio.ledger.length === 1, "the text to be taken");
  const found = await gateway.find({ to: phone(1), within: 60 });
  expect(found.map(({ body }) => body)).toEqual(["Mill Creek"]);
  scene.ends();
  await sent;
});

story("what was given up while it waited for a connection does not leave when there is one", async () => {
  const scene = await openScene();
  const timers: (() => void)[] = [];
  const after = (_: number, run: () => void) => {
    timers.push(run);
    return () => {};
  };
  const gateway = openGateway(scene, { clock: { ...systemClock, after }, connections: 1 });
  scene.plays("twilio-late");
  const first = gateway.send({ to: phone(1), body: "Mill Creek", kind: "other" });
  await scene.twilio.until(() => scene.twilio.ledger.length === 1, "the first to be taken");
  const second = gateway.send({ to: phone(2), body: "Mill Creek", kind: "other" });
  await eventually(async () => timers.length === 2, "the second to wait");
  // By a timer that is early, as Node's may be by a millisecond.
  timers[1]?.();
  expect(await second.catch(({ explanation }) => explanation.fault)).toBe("not sent");
  scene.ends();
  await first;
  await gateway.send({ to: phone(3), body: "Mill Creek", kind: "other" });
  expect(scene.twilio.requests.map(({ to }) => to)).toEqual([phone(1), phone(3)]);
});

story("a question whose connection breaks is asked once more", async () => {
  const scene = await openScene();
  const gateway = openGateway(scene);
  await gateway.send({ to: phone(1), body: "Mill Creek", kind: "other" });
  scene.plays("twilio-answers-lost", { times: 1 });
  const found = await gateway.find({ to: phone(1), within: 60 });
  expect(found).toHaveLength(1);
});
