// Step 4: the step that can't be undone.
import { expect, test as story } from "vitest";
import { confirmAlert } from "../../src/alerts/confirm.ts";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { changesOf } from "../../src/board/change.ts";
import { freezeNext } from "../../src/deliveries/freeze.ts";
import { stopAlert } from "../../src/deliveries/lifecycle.ts";
import { channels, people, slackPeople } from "../../src/practice/co-op/people.ts";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { audienceOf } from "../helpers/audience.ts";
import { noon } from "../helpers/moment.ts";
import { BOIL, buttonOf, openScene, type Scene, textOf } from "../helpers/scene.ts";

const OLD_TOWN = audienceOf(["Old Town"]);
const refusal = (actor: string, why: string) => ({
  actor,
  alertId: expect.any(Number),
  what: "confirm",
  why,
});

/** Waits until the review shows what is to be decided upon now: its Send button is a new one. */
async function asksAgain({ slack }: Scene, review: Message, act: () => Promise<unknown>) {
  const send = () => buttonOf(review.blocks, "Send to").value;
  const before = send();
  await act();
  await slack.until(() => send() !== before, "a new Send button");
}

/** One alert went out: each phone was asked for once, and one confirm is in the record. */
async function expectOneAlert(scene: Scene, phones: readonly string[], author = scene.priya.id) {
  await scene.messageSaying(/^Sent \d+ of \d+/);
  expect(scene.twilio.requests.map(({ to }) => to).toSorted()).toEqual(phones.toSorted());
  expect(await scene.audit("confirmed")).toMatchObject([{ actor: author, phones: phones.length }]);
  expect(scene.boardMessages()).toHaveLength(1);
}

async function expectNothingSent(scene: Scene) {
  expect(await scene.audit("confirmed")).toEqual([]);
  expect(await scene.deliveries()).toEqual([]);
  expect(scene.twilio.requests).toEqual([]);
}

story("the author's confirm freezes the audience, one delivery for each phone, and is recorded", async () => {
  const scene = await openScene();
  const review = await scene.reviews(scene.priya);
  const { failure, answer } = await scene.priya.presses("Send to", review);
  expect({ failure, status: answer?.status }).toEqual({ failure: undefined, status: 200 });
  await expectOneAlert(scene, OLD_TOWN.phones);
  expect(await scene.audit("confirmed")).toEqual([
    {
      actor: scene.priya.id,
      alertId: expect.any(Number),
      phones: OLD_TOWN.phones.length,
      members: OLD_TOWN.reached,
    },
  ]);
  const deliveries = await scene.deliveries();
  expect(deliveries.map(({ phone }) => phone).toSorted()).toEqual(OLD_TOWN.phones.toSorted());
});

story("nobody else can send it, an admin neither; the author still can", async () => {
  const scene = await openScene();
  const review = await scene.reviews(scene.priya);
  for (const other of [scene.dale, scene.ana]) {
    await other.presses("Send to", review);
    await other.isTold("Nothing was sent: only its author can send this alert.");
  }
  await scene.gus.presses("Send to", review);
  await scene.gus.isTold("Guests, bots and closed accounts can't do this");
  await expectNothingSent(scene);
  expect(await scene.audit("refused")).toEqual([
    refusal(scene.dale.id, "not the author"),
    refusal(scene.ana.id, "not the author"),
    { actor: scene.gus.id, alertId: null, what: "confirm", why: "not on the allowlist" },
  ]);
  await scene.priya.presses("Send to", review);
  await expectOneAlert(scene, OLD_TOWN.phones);
});

story("an author who was removed from the board meanwhile can't send", async () => {
  const scene = await openScene();
  const { priya, slack, db } = scene;
  const review = await scene.reviews(priya);
  await scene.removeFromBoard(priya);
  await priya.presses("Send to", review);
  await priya.isTold("You are not on the board's list");
  await expectNothingSent(scene);
  expect(await scene.audit("refused")).toEqual([
    { actor: priya.id, alertId: null, what: "confirm", why: "not on the allowlist" },
  ]);
  // Removed between the guard's check and the confirm itself.
  const [alert] = await scene.alerts();
  const reviewed = { alertId: alert?.id ?? 0, version: 1 };
  const change = changesOf(db, { teamId: slack.teamId, userId: priya.id }, "operator", "confirm");
  expect(await confirmAlert(change, reviewed, { gateway: "twilio", ...noon() })).toMatchObject({
    outcome: "not on the allowlist",
  });
  expect(await scene.audit("refused")).toContainEqual(refusal(priya.id, "not on the allowlist"));
  await expectNothingSent(scene);
});

story("after 30 minutes the review is too old, and Edit makes it new again", async () => {
  const scene = await openScene();
  const { priya } = scene;
  const review = await scene.reviews(priya);
  const onHerScreen = structuredClone(review);
  await scene.letPassSinceReview("30 minutes");
  const lapsed = await scene.messageSaying("Lapsed: nothing was sent");
  expect(lapsed.ts).toBe(review.ts);
  expect(textOf(lapsed.blocks)).toContain(BOIL);
  expect(textOf(lapsed.blocks)).not.toContain("Send to");
  // Her screen is behind.
  await priya.presses("Send to", onHerScreen);
  await priya.isTold(
    "Nothing was sent: this review is older than 30 minutes. Press Edit to review it again.",
  );
  await expectNothingSent(scene);
  expect(await scene.audit("refused")).toEqual([refusal(priya.id, "too old")]);

  await priya.presses("Edit", review);
  await priya.sees("Edit alert");
  await priya.submits({});
  const again = await scene.messageSaying("Review: nothing is sent yet");
  expect(again.ts).toBe(review.ts);
  await priya.presses("Send to", again);
  await expectOneAlert(scene, OLD_TOWN.phones);
});

story("after 29 minutes it is not", async () => {
  const scene = await openScene();
  const review = await scene.reviews(scene.priya);
  await scene.letPassSinceReview("29 minutes");
  await scene.priya.presses("Send to", review);
  await expectOneAlert(scene, OLD_TOWN.phones);
});

story("a second click is told so, and the same bytes again, even much later, do nothing", async () => {
  const scene = await openScene();
  const { priya, slack } = scene;
  const review = await scene.reviews(priya);
  const shown = structuredClone(review);
  await priya.presses("Send to", review);
  const confirm = slack.lastRequest();
  if (!confirm) throw new Error("no request");
  // Her screen still shows the button.
  review.blocks = shown.blocks;
  await priya.presses("Send to", review);
  await priya.isTold("This alert was sent or discarded already. Its message shows which.");
  expect((await slack.replay(confirm)).status).toBe(200);
  await expectOneAlert(scene, OLD_TOWN.phones);
  expect((await slack.replay(confirm)).status).toBe(200);
  await expectOneAlert(scene, OLD_TOWN.phones);
});

story("fifty confirms at once, at two servers, are one alert", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "100" } });
  const { priya, dale, slack } = scene;
  const another = await scene.startAnother();
  const review = await scene.reviews(priya);
  // The press of somebody else shows how a confirm looks on the wire; it is signed anew as the author's.
  await dale.presses("Send to", review);
  const form = new URLSearchParams(slack.lastRequest()?.body);
  const payload = (form.get("payload") ?? "").replaceAll(dale.id, priya.id);
  const first = slack.send({ payload });
  const confirm = slack.lastRequest();
  if (!confirm) throw new Error("no request");
  const elsewhere = { ...confirm, url: `http://localhost:${another.port}/slack/events` };
  const answers = await Promise.all([
    first,
    ...Array.from({ length: 49 }, (_, n) => slack.replay(n % 2 === 0 ? elsewhere : confirm)),
  ]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await expectOneAlert(scene, OLD_TOWN.phones);
});

story(
  "a Send button of an older review, which a screen still shows, does not send the newer one",
  async () => {
    const scene = await openScene();
    const { priya, twilio } = scene;
    const review = await scene.reviews(priya);
    const { blocks } = structuredClone(review);
    await priya.presses("Edit", review);
    await priya.sees("Edit alert");
    await asksAgain(scene, review, () => priya.submits({ Message: "Something else altogether." }));
    review.blocks = blocks;
    await priya.presses("Send to", review);
    await priya.isTold("Nothing was sent: since your review the alert, or who it reaches, has changed.");
    await expectNothingSent(scene);
    expect(await scene.audit("refused")).toEqual([refusal(priya.id, "changed")]);
    expect(twilio.requests).toEqual([]);
  },
);

story("a stranger in the board's channel can't press a button, though the list names them", async () => {
  const guests = slackPeople.map((person) => ({ ...person, channelIds: [channels.board.id] }));
  const scene = await openScene({ slack: { people: guests } });
  const { cody, priya, db, slack } = scene;
  const review = await scene.reviews(priya);
  for (const teamId of [slack.teamId, people.cody.teamId]) {
    await addBoardMember(db, { teamId, userId: cody.id }, "admin", "command line");
  }
  for (const button of ["Send to", "Send me a test", "Edit", "Discard"]) await cody.presses(button, review);
  await cody.isTold("Only members of the board's own workspace can do this.");
  await expectNothingSent(scene);
  expect(await scene.audit("refused")).toEqual(
    ["confirm", "send-test", "edit", "discard"].map((what) => ({
      actor: cody.id,
      alertId: null,
      what,
      why: "another team",
    })),
  );
});

story("STOPs since the review: it is sent to the others, and the smaller number is said", async () => {
  const scene = await openScene();
  const { priya, twilio } = scene;
  const review = await scene.reviews(priya);
  await scene.letPassSinceReview("5 minutes");
  const [first = "", second = "", ...stay] = OLD_TOWN.phones;
  const others = audienceOf(["Old Town"], { optedOut: [first, second] });
  await twilio.reply(first, "STOP");
  await twilio.reply(second, "STOP");
  await priya.presses("Send to", review);
  expect(await priya.isTold("It goes to")).toBe(
    `It goes to ${stay.length} phones: 2 phones of your review opted out since, or can't get texts, and will get nothing.`,
  );
  await expectOneAlert(scene, stay);
  const done = await scene.messageSaying(new RegExp(`^Sent \\d+ of ${stay.length}`));
  expect(textOf(done.blocks)).toContain(
    "2 phones opted out after the review, or can't get texts, and got nothing.",
  );
  expect(await scene.audit("confirmed")).toMatchObject([
    { phones: stay.length, members: others.reached, optedOutSinceReview: 2 },
  ]);
});

story("a START: it asks again with what is now; but not for STOPs and numbers found unusable", async () => {
  const scene = await openScene();
  const { priya, twilio } = scene;
  const [back = "", gone = "", useless = "", ...stay] = OLD_TOWN.phones;
  await twilio.reply(back, "STOP");
  const review = await scene.reviews(priya);
  await scene.letPassSinceReview("5 minutes");
  await twilio.reply(back, "START");
  await asksAgain(scene, review, () => priya.presses("Send to", review));
  const [now, before] = [OLD_TOWN.phones.length, OLD_TOWN.phones.length - 1];
  await priya.isTold(`${now} phones instead of ${before}: one member can be reached now.`);
  await scene.letPassSinceReview("5 minutes");
  await twilio.reply(gone, "STOP");
  await scene.makeUnusable(useless);
  await expectNothingSent(scene);
  await priya.presses("Send to", review);
  await priya.isTold(`It goes to ${stay.length + 1} phones: 2 phones of your review`);
  await expectOneAlert(scene, [back, ...stay]);
});

story("as many phones, but others: it asks again all the same", async () => {
  const scene = await openScene();
  const { priya } = scene;
  const review = await scene.reviews(priya);
  const [leaver = "", ...stay] = OLD_TOWN.phones;
  await scene.changePhone(leaver, "+12065550196");
  await asksAgain(scene, review, () => priya.presses("Send to", review));
  await priya.isTold("has changed");
  await expectNothingSent(scene);
  await priya.presses("Send to", review);
  await expectOneAlert(scene, [...stay, "+12065550196"]);
});

story(
  "another member on a phone that is reached anyway: it asks again, for the review counts members",
  async () => {
    const scene = await openScene();
    const { priya } = scene;
    const review = await scene.reviews(priya);
    const [phone = ""] = OLD_TOWN.phones;
    await scene.addMember("Old Town", { name: "A new baby", phone });
    await asksAgain(scene, review, () => priya.presses("Send to", review));
    await priya.presses("Send to", review);
    await expectOneAlert(scene, OLD_TOWN.phones);
  },
);

story("when nobody is left, it can't be sent, and the review says so", async () => {
  const scene = await openScene();
  const { priya } = scene;
  const review = await scene.reviews(priya);
  await scene.everybodyOptsOut();
  await priya.presses("Send to", review);
  await priya.isTold("Nothing was sent: nobody in these zones can be reached by text any more.");
  const refreshed = await scene.messageSaying("there is nothing to send");
  expect(JSON.stringify(refreshed.blocks)).not.toContain('"confirm"');
  await expectNothingSent(scene);
});

story("an audience too large for three seconds is frozen by a job before the first text", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "2" } });
  const { priya, twilio } = scene;
  await addBigCity(scene);
  const freeze = await scene.watchFreeze();
  const review = await scene.reviews(priya, { zones: ["Big City"] });
  const { failure } = await priya.presses("Send to 20,001 phones", review);
  expect(failure).toBeUndefined();
  await twilio.until(() => twilio.ledger.length > 0, "the first text", 20_000);
  const phones = (await scene.deliveries()).map(({ phone }) => phone);
  expect(phones).toHaveLength(20_001);
  expect(new Set(phones).size).toBe(20_001);
  const frozen = await freeze();
  expect(frozen).toMatchObject({ afterConfirm: true, beforeFirstClaim: true });
  expect(await freezeNext(scene.db, "twilio")).toBe(false);
  // A million of them takes far longer than any other statement may.
  expect(frozen?.minutes).toBeGreaterThanOrEqual(10);

  await priya.presses("Stop", review);
  const stopped = await scene.messageSaying(/^Stopped: \d+ of 20,001 got it or will\. .*[\d,]+ not sent\./);
  expect(stopped.ts).toBe(review.ts);
  expect(await scene.audit("confirmed")).toMatchObject([{ phones: 20_001, members: 20_001 }]);
});

story("an alert that is stopped before it was frozen says that nothing was sent", async () => {
  const scene = await openScene();
  const { priya, db, slack } = scene;
  await addBigCity(scene);
  const review = await scene.reviews(priya, { zones: ["Big City"] });
  // No job gets to freeze it.
  await scene.app.stop();
  const user = { teamId: slack.teamId, userId: priya.id };
  const [alert] = await scene.alerts();
  const alertId = alert?.id ?? 0;
  const confirm = changesOf(db, user, "operator", "confirm");
  const needs = { gateway: "twilio", ...noon() };
  expect(await confirmAlert(confirm, { alertId, version: 1 }, needs)).toMatchObject({ outcome: "confirmed" });
  const stop = changesOf(db, user, "operator", "stop");
  expect(await stop((tx) => stopAlert(tx, alertId, user))).toBe(true);
  await scene.startAnother();
  const stopped = await scene.messageSaying("Stopped");
  expect(stopped.ts).toBe(review.ts);
  expect(stopped.text).toBe("Stopped: nothing was sent.");
  expect(scene.twilio.requests).toEqual([]);
});

const addBigCity = ({ addZone }: Scene) =>
  addZone(
    "Big City",
    Array.from({ length: 20_001 }, (_, n) => `+1312${2_000_001 + n}`),
  );
