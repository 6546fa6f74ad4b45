// Step 7: what comes back from the phones.
import { expect, test as story } from "vitest";
import { lane, openLane, phone, sendToLane } from "../helpers/lane.ts";
import { type Scene, textOf } from "../helpers/scene.ts";
import { newMessageSid, postAsTwilio } from "../helpers/twilio-posts.ts";

const [ONE, TWO, THREE] = [phone(1), phone(2), phone(3)];
const LANE = lane(3);

const optOuts = async (scene: Scene) =>
  (await scene.optOuts()).filter((optOut) => LANE.includes(optOut.phone));

story.each(["STOP", "stopall", "Unsubscribe.", " CANCEL ", "end!", '"Quit"', "revoke", "Opt-out"])(
  "%s is honoured from then on, and START, UNSTOP and YES undo it",
  async (word) => {
    const scene = await openLane(3);
    const keyword = word.toUpperCase().replace(/[^A-Z]/g, "");
    // With stray punctuation Twilio does not act on it, and we do.
    const source = `${word.trim().toUpperCase() === keyword ? "sms" : "text"} ${keyword}`;
    for (const undo of ["start", "Unstop", " YES "]) {
      await scene.twilio.reply(ONE, word);
      expect(await optOuts(scene)).toEqual([{ phone: ONE, source }]);
      await scene.twilio.reply(ONE, undo);
      expect(await optOuts(scene)).toHaveLength(0);
    }
    await scene.twilio.reply(ONE, word);
    expect(await scene.audit("opted out")).toContainEqual({
      actor: "member",
      alertId: null,
      phone: ONE,
      source,
    });
    expect((await scene.audit("opted in")).map(({ source }) => source)).toEqual([
      "sms START",
      "sms UNSTOP",
      "sms YES",
    ]);

    const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"] });
    expect(textOf(review.blocks)).toContain("1 opted out");
    await scene.priya.presses("Send to 2 phones", review);
    await scene.messageSaying("Sent 2 of 2: 2 delivered.");
    expect(scene.twilio.requests.map(({ to }) => to).sort()).toEqual([TWO, THREE]);
  },
);

story(
  "a STOP that comes twice, or a YES from somebody who never left, changes and records nothing",
  async () => {
    const scene = await openLane(3);
    const { answer } = await scene.twilio.reply(ONE, "STOP");
    if (!answer) throw new Error("no webhook");
    expect((await scene.twilio.repeat(answer)).status).toBe(204);
    await scene.twilio.reply(ONE, "stop");
    await scene.twilio.reply(TWO, "YES");
    expect((await scene.audit("opted out")).filter(({ phone }) => phone === ONE)).toHaveLength(1);
    expect(await scene.audit("opted in")).toHaveLength(0);
    // An old START that Twilio brings again must not undo a later STOP.
    const start = (await scene.twilio.reply(ONE, "START")).answer;
    await scene.twilio.reply(ONE, "STOP");
    if (start) await scene.twilio.repeat(start);
    expect(await optOuts(scene)).toHaveLength(1);
  },
);

story(
  "keywords are left to Twilio's own answer: what it did about one is between the member and the record",
  async () => {
    const scene = await openLane(3);
    const review = await sendToLane(scene);
    await scene.messageSaying("3 delivered");
    for (const word of ["STOP", "START"]) {
      const { answer } = await scene.twilio.reply(ONE, word);
      expect(answer).toMatchObject({ status: 204, body: "" });
    }
    expect(scene.twilio.requests).toHaveLength(3);
    await scene.twilio.reply(TWO, "thanks");
    await scene.slack.until(() => scene.thread(review).length > 0, "the thread");
    expect(scene.thread(review)).toHaveLength(1);
  },
);

story(
  "a member's own words stand in the thread of the last alert that reached that phone, once",
  async () => {
    const scene = await openLane(3);
    const first = await sendToLane(scene, "Mill Creek: water off at 9 am.");
    await scene.messageSaying("3 delivered");
    const second = await scene.sends(scene.dale, {
      zones: ["Spring Lane"],
      message: "Mill Creek: it is on again.",
    });
    await scene.slack.until(
      () => scene.boardMessages().filter(({ text }) => text.includes("3 delivered")).length === 2,
      "the second alert's end",
    );

    const words = "<!channel> please stop & call <@U0ANA>\nsecond line";
    const { answer } = await scene.twilio.reply(ONE, words);
    if (!answer) throw new Error("no webhook");
    await scene.slack.until(() => scene.thread(second).length > 0, "the member's words");
    await scene.twilio.repeat(answer);
    await scene.twilio.reply(TWO, "got it");
    await scene.slack.until(() => scene.thread(second).length > 1, "the next words");

    const [shown, next] = scene.thread(second).map(({ text }) => text);
    expect(shown).toContain("&lt;!channel&gt; please stop &amp; call &lt;@U0ANA&gt;\n> second line");
    expect(shown).toContain("0101");
    expect(shown).not.toContain("5550101");
    expect(next).toContain("got it");
    expect(scene.thread(second)).toHaveLength(2);
    expect(scene.thread(first)).toHaveLength(0);
  },
);

story(
  "a picture without words, and characters that a database can't keep, are kept as far as they go",
  async () => {
    const scene = await openLane(3);
    const text = { AccountSid: scene.twilio.accountSid, From: ONE, To: scene.twilio.from };
    const post = (fields: Record<string, string>) =>
      postAsTwilio(scene.app, scene.twilio.authToken, "/twilio/inbound", {
        ...text,
        MessageSid: newMessageSid(),
        ...fields,
      });
    expect(await post({ Body: "", NumMedia: "1" })).toBe(204);
    expect(await post({ Body: "a\0b\ud83d", NumMedia: "0" })).toBe(204);
    expect(await post({ Body: "\0STOP", NumMedia: "0" })).toBe(204);
    const kept = (await scene.memberTexts()).filter(({ keyword }) => keyword === null);
    expect(kept.map(({ body }) => body).toSorted()).toEqual(["(a picture)", "ab\ufffd"]);
    expect(await optOuts(scene)).toHaveLength(1);
  },
);

story("statuses only move forward, however late, often and mixed up the callbacks come", async () => {
  const scene = await openLane(3, { twilio: { pacing: "manual" } });
  const { twilio } = scene;
  await sendToLane(scene);
  await scene.messageSaying("3 on the way");
  const sid = twilio.ledger.find(({ to }) => to === ONE)?.sid ?? "";

  for (const [told, stands] of [
    ["sent", "sent"],
    ["queued", "sent"],
    ["sending", "sent"],
    ["sent", "sent"],
    ["delivered", "delivered"],
    ["sent", "delivered"],
    ["undelivered", "delivered"],
    ["failed", "delivered"],
    ["delivered", "delivered"],
  ] as const) {
    expect((await twilio.tell(sid, told))?.status).toBe(204);
    expect(await scene.statusOf(ONE)).toBe(stands);
  }
  await scene.messageSaying("1 delivered, 2 on the way");

  const other = twilio.ledger.find(({ to }) => to === TWO)?.sid ?? "";
  await twilio.tell(other, "undelivered", 30005);
  await twilio.tell(other, "delivered");
  expect(await scene.statusOf(TWO)).toBe("undelivered");
  expect(await scene.countCallbacks(), "every callback is kept as it came").toBe(11);
  await scene.messageSaying(/Sent 2 of 3: 1 delivered, 1 on the way, 1 not reached\./);
});

story("a hundred callbacks at once, in any order, come out as the highest", async () => {
  const scene = await openLane(3, { twilio: { pacing: "manual" } });
  const { twilio } = scene;
  await sendToLane(scene);
  await scene.messageSaying("3 on the way");
  const words = ["queued", "sending", "sent", "delivered"] as const;
  const told = twilio.ledger.flatMap(({ sid }) =>
    Array.from({ length: 32 }, (_, n) => twilio.tell(sid, words[(n * 7) % 4] ?? "sent")),
  );
  expect((await Promise.all(told)).every((answer) => answer?.status === 204)).toBe(true);
  await scene.messageSaying("Sent 3 of 3: 3 delivered.");
});

story(
  "a callback may come before our own request is answered, and after the alert is long over",
  async () => {
    const scene = await openLane(3, { twilio: { pacing: "manual" } });
    const { twilio } = scene;
    scene.plays("twilio-late");
    await sendToLane(scene);
    await twilio.until(() => twilio.ledger.length === 3);
    const [first, second] = twilio.ledger;
    await twilio.tell(first?.sid ?? "", "delivered");
    await scene.messageSaying("1 delivered, 2 waiting");
    scene.ends();
    await scene.messageSaying("1 delivered, 2 on the way");

    await twilio.tell(second?.sid ?? "", "failed", 30008);
    await scene.messageSaying("Sent 2 of 3: 1 delivered, 1 on the way, 1 not reached.");
    const sids = (await scene.deliveries()).map(({ sid }) => sid);
    expect(sids.sort()).toEqual(twilio.ledger.map(({ sid }) => sid).sort());
  },
);

story("either auth token may have signed while they are rotated, and no other", async () => {
  const secondary = "5ec0da17".repeat(4);
  const scene = await openLane(3, { settings: { TWILIO_AUTH_TOKEN_SECONDARY: secondary } });
  const form = (body: string) => ({
    AccountSid: scene.twilio.accountSid,
    MessageSid: newMessageSid(),
    From: ONE,
    Body: body,
  });
  const post = (token: string, body: string) => postAsTwilio(scene.app, token, "/twilio/inbound", form(body));
  expect(await post(secondary, "STOP")).toBe(204);
  expect(await optOuts(scene)).toHaveLength(1);
  expect(await post(scene.twilio.authToken, "START")).toBe(204);
  expect(await optOuts(scene)).toHaveLength(0);
  expect(await post("0ther".repeat(8), "STOP")).toBe(403);
  expect(await optOuts(scene)).toHaveLength(0);
});

story(
  "repeated fields are signed as Twilio signs them; where one is meant, several are refused",
  async () => {
    const scene = await openLane(3);
    const form = { AccountSid: scene.twilio.accountSid, MessageSid: newMessageSid(), From: ONE };
    const post = (fields: Record<string, string | string[]>) =>
      postAsTwilio(scene.app, scene.twilio.authToken, "/twilio/inbound", { ...form, ...fields });
    expect(await post({ Body: ["STOP", "START"] })).toBe(400);
    expect(await post({ Body: "STOP", From: [ONE, TWO] })).toBe(400);
    expect(await optOuts(scene)).toHaveLength(0);
    expect(await post({ Body: "STOP", AddOn: ["a", "b", "a"] })).toBe(204);
    expect(await optOuts(scene)).toHaveLength(1);
  },
);
