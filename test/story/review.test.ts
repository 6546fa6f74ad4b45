// Step 3: the review, before anybody hears anything.
import { describe, expect, test as story } from "vitest";
import { people, zones } from "../../src/practice/co-op/people.ts";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { audienceOf } from "../helpers/audience.ts";
import { whileNobodyWrites } from "../helpers/locks.ts";
import { BOIL, openScene, textOf } from "../helpers/scene.ts";

const PRIYAS_PHONE = "+12065550193";

/** Half past ten in the evening in Los Angeles; Slack would refuse what is signed in the past. */
const LATE = new Date("2040-01-16T06:30:00Z");
const NOON = new Date("2040-01-15T20:00:00Z");
const at = (time: Date) => ({ now: () => time, slack: { now: () => time } });

const warningsIn = (review: Message) =>
  textOf(review.blocks)
    .split("\n")
    .filter((line) => line.startsWith(":warning:"));

function buttonIn({ blocks }: Message, label: string) {
  const buttons = blocks.flatMap((block) => (block.type === "actions" ? block.elements : []));
  const found = buttons.find((each) => each.type === "button" && each.text.text.startsWith(label));
  if (found?.type !== "button") throw new Error(`There is no button ${label}.`);
  return found;
}

story("of one household that shares a phone the review speaks as of one", async () => {
  const scene = await openScene();
  await scene.addZone("Spring Lane", ["+15095550101", "+15095550102"]);
  await scene.addMember("Spring Lane", { name: "Maude", phone: "+15095550102" });
  const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"] });
  expect(textOf(review.blocks)).toContain(
    "*To 3 members on 2 phones.* 1 shares a number with somebody, and they get one text together.",
  );
});

story(
  "the review says what goes to whom, who is left out and why, what it costs, and how long it takes",
  async () => {
    const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "1", PRICE_PER_SEGMENT: "0.02" } });
    const chosen = ["North Ridge", "Old Town"];
    const [unusable = ""] = audienceOf(chosen).phones.slice(7);
    await scene.makeUnusable(unusable);
    const expected = audienceOf(chosen, { unusable: [unusable] });
    const phones = expected.phones.length;

    const text = `${BOIL} ${"Boil it for one full minute, and let it cool. ".repeat(2)}`.trim();
    const review = await scene.reviews(scene.priya, { zones: chosen, message: text });
    const words = textOf(review.blocks);

    expect(review.text).toBe(`Please review: Emergency to ${phones} phones. Nothing is sent yet.`);
    expect(words).toContain("Review: nothing is sent yet");
    expect(words).toContain("*Emergency* by <@U0PRIYA>\n*Zones:* North Ridge, Old Town");
    expect(words).toContain(`\n${text}\n`);
    expect(words).toContain(
      `*To ${expected.reached} members on ${phones} phones.* ${expected.shared} share a number with somebody and get one text together.`,
    );
    expect(words).toContain(
      `Left out: ${expected.optedOut} opted out, ${expected.noMobile} without a mobile number, ` +
        `${expected.unusable} with a number that can't get texts.`,
    );
    expect(
      Math.min(expected.unusable, expected.optedOut, expected.noMobile, expected.shared),
    ).toBeGreaterThan(0);
    const minutes = Math.round((phones * 2) / 60);
    const price = (phones * 2 * (0.02 + 0.0045)).toFixed(2);
    const technical = `2 texts each · about $${price} with the carriers' fees · about ${minutes} minutes to send`;
    expect(words).toContain(
      `${technical}\nTests, and what members write back, cost about $0.02 each besides.`,
    );
    expect(words).not.toMatch(/GSM-7|UCS-2|segment/);
    expect(words.indexOf(`${phones} phones`)).toBeLessThan(words.indexOf(technical));
    expect(warningsIn(review)).toEqual([]);
    expect(words).toMatch(/Only <@U0PRIYA> can send this, until \d+:\d\d [AP]M \(Los Angeles time\)\.$/);
    expect(scene.twilio.requests).toEqual([]);
  },
);

story(
  "Send asks again in Slack's own dialog, which says the text, the zones and the count, and is red",
  async () => {
    const scene = await openScene();
    const { phones } = audienceOf(["Old Town", "River Road"]);
    const review = await scene.reviews(scene.priya, { zones: ["Old Town", "River Road"] });
    const send = buttonIn(review, "Send to");
    expect(send.text.text).toBe(`Send to ${phones.length} phones`);
    expect(send.confirm).toMatchObject({
      title: { text: `Send to ${phones.length} phones?` },
      text: {
        text: `“${BOIL}” goes to ${phones.length} phones in Old Town, River Road. A text that is sent can't be taken back.`,
      },
      style: "danger",
      confirm: { text: `Yes, send to ${phones.length}` },
      deny: { text: "Not yet" },
    });
  },
);

story(
  "everybody in the board's channel sees the review; without a channel its author alone does, and sends from there",
  async () => {
    const shared = await openScene();
    const review = await shared.reviews(shared.priya);
    expect(shared.slack.messages(shared.dale.id)).toContain(review);

    const scene = await openScene();
    const { priya, slack, twilio } = scene;
    await scene.changesSetting(scene.ana, "SLACK_ALERT_CHANNEL", "");
    await priya.runs("/alert");
    await priya.sees("New alert");
    await priya.submits({ Zones: ["Mill Flats"], Kind: "Emergency", Message: BOIL });
    const inPrivate = () => slack.directMessages(priya.id).find(({ threadTs }) => threadTs === undefined);
    const alone = await slack.until(inPrivate, "the review in a direct message");
    expect(slack.messages(priya.id)).toEqual([]);
    await priya.presses("Send to", alone);
    const done = await slack.until(
      () => /^Sent (\d+) of/.test(alone.text) && inPrivate(),
      "the end, in the same message",
    );
    expect(done.ts).toBe(alone.ts);
    expect(new Set(twilio.ledger.map(({ to }) => to)).size).toBe(twilio.ledger.length);
    const named = await slack.until(
      () => slack.thread(alone.channelId, alone.ts)[0],
      "the failed, in its thread",
    );
    expect(named.text).toContain("Not reached:");
  },
);

describe("warnings", () => {
  story("a character that makes the text cost twice as much is named", async () => {
    const scene = await openScene();
    const review = await scene.reviews(scene.priya, {
      message: `${BOIL} ¿Preguntas? Pregúntele a Martín 🚰`,
    });
    expect(warningsIn(review)).toEqual([
      expect.stringContaining("“ú” “í” “🚰” makes this text cost about twice as much"),
    ]);
    expect(textOf(review.blocks)).toContain("2 texts each · about $");
  });

  story(
    "the same text to some of the same zones within a day is warned of, and to others or later it is not",
    async () => {
      const scene = await openScene();
      await scene.sends(scene.dale, { zones: ["Old Town", "Mill Flats"] });
      await scene.messageSaying(/^Sent \d+ of \d+/);
      const again = { zones: ["Mill Flats", "River Road"], message: BOIL.toUpperCase() };

      const when = /on \w{3}, \w{3} \d+, \d{4}, \d+:\d\d [AP]M \(Los Angeles time\)/.source;
      expect(warningsIn(await scene.reviews(scene.priya, again))).toEqual([
        expect.stringMatching(`^:warning: The same text was sent to Mill Flats ${when}, by <@U0DALE>\\.$`),
      ]);
      const elsewhere = { ...again, zones: ["River Road"] };
      expect(warningsIn(await scene.reviews(scene.priya, elsewhere))).toEqual([]);
      // Somebody else's alert is worth knowing of for an hour, whatever it says; one's own is known.
      const other = { ...again, message: `${BOIL} Really.` };
      expect(warningsIn(await scene.reviews(scene.priya, other))).toEqual([
        expect.stringMatching(`^:warning: <@U0DALE> sent another alert to Mill Flats ${when}\\.$`),
      ]);
      expect(warningsIn(await scene.reviews(scene.dale, other))).toEqual([]);
      await scene.letPassSinceConfirm("61 minutes");
      expect(warningsIn(await scene.reviews(scene.priya, other))).toEqual([]);
      await scene.letPassSinceConfirm("24 hours");
      expect(warningsIn(await scene.reviews(scene.priya, again))).toEqual([]);
    },
  );

  story("all zones are said twice", async () => {
    const scene = await openScene();
    const review = await scene.reviews(scene.priya, { zones: ["All zones"] });
    expect(warningsIn(review)).toEqual([":warning: This goes to all zones."]);
    expect(buttonIn(review, "Send to").confirm?.text.text).toContain("All zones: Mill Flats, North Ridge");
    const byHand = await scene.reviews(scene.priya, { zones: [...zones] });
    expect(textOf(byHand.blocks)).not.toContain("All zones");
  });

  story.each([
    { kind: "Meeting", time: LATE, warned: true },
    { kind: "Service notice", time: LATE, warned: true },
    { kind: "Emergency", time: LATE, warned: false },
    { kind: "Meeting", time: NOON, warned: false },
  ])("quiet hours: $kind at $time", async ({ kind, time, warned }) => {
    const scene = await openScene(at(time));
    const review = await scene.reviews(scene.priya, { kind });
    expect(warningsIn(review)).toEqual(
      warned
        ? [expect.stringContaining("between 9 in the evening and 8 in the morning (Los Angeles time)")]
        : [],
    );
  });

  story("a text that does not say whom it is from", async () => {
    const scene = await openScene();
    const review = await scene.reviews(scene.priya, { message: "Boil your water before drinking it." });
    expect(warningsIn(review)).toEqual([
      ":warning: The text does not say that it is from Mill Creek Water Co-op.",
    ]);
  });
});

describe("Send me a test", () => {
  story("goes to the phone on the board member's own entry, and to nobody else", async () => {
    const { priya, twilio, audit, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    await priya.presses("Send me a test", review);
    expect(await priya.isTold("A test is on its way")).toBe(
      "A test is on its way to your phone (… 0193). Nobody else got it.",
    );
    expect(twilio.ledger).toMatchObject([{ to: PRIYAS_PHONE, body: BOIL }]);
    expect(await audit("test sent")).toMatchObject([
      {
        actor: priya.id,
        alertId: expect.any(Number),
        phone: PRIYAS_PHONE,
        messageSid: twilio.ledger[0]?.sid,
      },
    ]);
    // The alert itself has not changed.
    expect(review.text).toContain("Nothing is sent yet");
    await priya.presses("Send to", review);
    const done = await scene.messageSaying(/^Sent \d+ of \d+/);
    expect(done.text).toContain(` of ${audienceOf(["Old Town"]).phones.length}:`);
  });

  story("asks once for a phone that is missing, and says what is wrong with one that can't be", async () => {
    const { june, twilio, slack, ...scene } = await openScene();
    const review = await scene.reviews(june);
    await june.presses("Send me a test", review);
    await june.sees("Send me a test");
    for (const wrong of ["twelve", "555-0195", "n/a", "206-555-0195 ext. 4"]) {
      const { errors } = await june.submits({ "Your mobile number": wrong });
      expect(errors).toEqual({ phone: expect.any(String) });
    }
    expect(twilio.requests).toEqual([]);
    await june.submits({ "Your mobile number": "(206) 555-0195" });
    await june.isTold(/A test is on its way to your phone \(… 0195\)/);
    const next = await scene.reviews(june, { message: `${BOIL} Really.` });
    await june.presses("Send me a test", next);
    await twilio.until(() => twilio.ledger.length === 2, "a second test");
    expect(slack.topView(june.id)).toBeUndefined();
    expect(twilio.ledger.map(({ to }) => to)).toEqual(["+12065550195", "+12065550195"]);
    await slack.until(() => slack.ephemerals(june.id).length === 2, "june to be told again");
    expect(await scene.audit("test sent")).toHaveLength(2);
    expect(await scene.audit("own phone kept")).toContainEqual({
      actor: june.id,
      alertId: null,
      userId: june.id,
      phone: "+12065550195",
    });
  });

  story("a wrong number is put right in Slack, and that is on record", async () => {
    const { priya, twilio, slack, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    await priya.presses("Send me a test", review);
    await priya.isTold("A test is on its way");
    const [told] = slack.ephemerals(priya.id);
    if (!told) throw new Error("nobody was told");
    await priya.presses("Use another number", told);
    await priya.sees("Send me a test");
    await priya.submits({ "Your mobile number": "(206) 555-0195" });
    await priya.isTold(/A test is on its way to your phone \(… 0195\)/);
    expect(twilio.ledger.map(({ to }) => to)).toEqual([PRIYAS_PHONE, "+12065550195"]);
    const kept = await scene.audit("own phone kept");
    expect(kept.filter(({ actor }) => actor === priya.id)).toMatchObject([{ phone: "+12065550195" }]);
    await priya.presses("Send me a test", await scene.reviews(priya, { message: `${BOIL} Really.` }));
    await twilio.until(() => twilio.ledger.length === 3, "a third test");
    expect(twilio.ledger.at(-1)?.to).toBe("+12065550195");
  });

  story("a number whose owner wrote STOP gets none, and the form waits for another", async () => {
    const { june, twilio, ...scene } = await openScene();
    const review = await scene.reviews(june);
    await twilio.reply(PRIYAS_PHONE, "Stop");
    await june.presses("Send me a test", review);
    await june.sees("Send me a test");
    const { errors } = await june.submits({ "Your mobile number": PRIYAS_PHONE });
    expect(errors).toEqual({ phone: expect.stringContaining("has opted out") });
    expect(twilio.requests).toEqual([]);
    await june.submits({ "Your mobile number": "(206) 555-0195" });
    await june.isTold(/A test is on its way to your phone \(… 0195\)/);
    expect(twilio.ledger.map(({ to }) => to)).toEqual(["+12065550195"]);
  });

  story("pressed twice, or replayed, is one text", async () => {
    const { priya, twilio, slack, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    await priya.presses("Send me a test", review);
    const press = slack.lastRequest();
    if (!press) throw new Error("no request");
    await Promise.all([slack.replay(press), slack.replay(press), priya.presses("Send me a test", review)]);
    await priya.isTold("A test was sent a moment ago. Look at your phone.");
    await priya.isTold("A test is on its way");
    expect(twilio.requests).toHaveLength(1);
    expect(await scene.audit("test sent")).toHaveLength(1);
  });

  story("two presses of the very same moment are one text", async () => {
    const { priya, twilio, databaseUrl, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    // Both look whether there was a test before either can write one.
    await whileNobodyWrites(databaseUrl, {
      table: "tests",
      until: 2,
      press: () => Promise.all([1, 2].map(() => priya.presses("Send me a test", review))),
    });
    await priya.isTold("A test was sent a moment ago. Look at your phone.");
    await priya.isTold("A test is on its way");
    expect(twilio.requests).toHaveLength(1);
    expect(await scene.audit("test requested")).toHaveLength(1);
  });

  story("does not go to a phone that wrote STOP", async () => {
    const { priya, twilio, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    await twilio.reply(PRIYAS_PHONE, "Stop");
    await priya.presses("Send me a test", review);
    await priya.isTold("The test was not sent: your phone has opted out.");
    expect(twilio.requests).toEqual([]);
  });

  story("is over when the alert was decided upon", async () => {
    const { priya, twilio, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    const onHerScreen = structuredClone(review);
    await priya.presses("Discard", review);
    await scene.messageSaying("Discarded");
    await priya.presses("Send me a test", onHerScreen);
    await priya.isTold("The test was not sent: this alert was sent or discarded already.");
    expect(twilio.requests).toEqual([]);
  });

  story.each([
    {
      what: "the account can't send",
      trouble: "twilio-20003",
      says: /was not sent: Twilio did not accept the account's credentials.*An alert would fail in the same way/,
    },
    {
      what: "the number is no mobile",
      trouble: "twilio-21614",
      says: /was not sent: your number can't get texts/,
    },
    {
      what: "the phone has opted out",
      trouble: "twilio-21610",
      says: /was not sent: your phone has opted out/,
    },
    { what: "Twilio is busy", trouble: "twilio-busy", says: /was not sent: Twilio is busy/ },
    { what: "nobody knows", trouble: "twilio-lost", says: /may or may not have been sent/ },
  ])("fails in plain words where $what, and that is recorded", async ({ trouble, says }) => {
    const { priya, twilio, audit, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    scene.plays(trouble);
    await priya.presses("Send me a test", review);
    await priya.isTold(says);
    expect(await audit("test sent")).toMatchObject([
      { actor: priya.id, phone: PRIYAS_PHONE, failed: expect.any(String) },
    ]);
    expect(twilio.requests).toHaveLength(1);
    expect(review.text).toContain("Nothing is sent yet");
  });
});

describe("Edit", () => {
  story("opens the form as it was filled in, and the same message shows the new review", async () => {
    const { priya, twilio, audit, ...scene } = await openScene();
    const review = await scene.reviews(priya, { zones: ["Old Town", "Mill Flats"], kind: "Meeting" });
    await priya.presses("Edit", review);
    await priya.sees("Edit alert");
    const { state } = priya.modal();
    expect(state.message?.message).toMatchObject({ value: BOIL });
    expect(state.kind?.kind).toMatchObject({ selected_option: { value: "meeting" } });
    expect(JSON.stringify(state.zones)).toMatch(/Mill Flats.*Old Town/);

    const { errors } = await priya.submits({ Message: "  " });
    expect(errors).toHaveProperty("message");
    await priya.submits({ Zones: ["River Road"], Kind: "Other", Message: `${BOIL} Corrected.` });
    const edited = await scene.messageSaying("Corrected.");
    expect(edited.ts).toBe(review.ts);
    expect(textOf(edited.blocks)).toContain("*Other* by <@U0PRIYA>\n*Zones:* River Road");
    expect(scene.boardMessages()).toHaveLength(1);
    expect(await audit("edited")).toMatchObject([
      {
        actor: priya.id,
        alertId: expect.any(Number),
        zones: ["River Road"],
        kind: "other",
        text: `${BOIL} Corrected.`,
      },
    ]);

    await priya.presses("Send to", edited);
    await scene.messageSaying(/^Sent \d+ of \d+/);
    expect(new Set(twilio.requests.map(({ body }) => body))).toEqual(new Set([`${BOIL} Corrected.`]));
    expect(twilio.requests.map(({ to }) => to).toSorted()).toEqual(
      audienceOf(["River Road"]).phones.toSorted(),
    );
  });

  story("is for the author alone", async () => {
    const { priya, ana, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    await ana.presses("Edit", review);
    await ana.isTold("Only its author can edit this alert.");
    expect(scene.slack.topView(ana.id)).toBeUndefined();
  });

  story("is too late when the alert was sent meanwhile", async () => {
    const { priya, twilio, ...scene } = await openScene();
    const review = structuredClone(await scene.reviews(priya, { zones: ["Mill Flats"] }));
    await priya.presses("Edit", review);
    await priya.sees("Edit alert");
    await priya.presses("Send to", review);
    await scene.messageSaying(/^Sent \d+ of \d+/);
    const { errors } = await priya.submits({ Message: "Something else altogether." });
    expect(errors).toEqual({ message: expect.stringMatching(/^Your change was not kept\..*it was sent\./) });
    // What was typed is still there to be copied.
    expect(priya.modal().state.message?.message).toMatchObject({ value: "Something else altogether." });
    expect(twilio.requests.every(({ body }) => body === BOIL)).toBe(true);
    expect(await scene.audit("edited")).toEqual([]);
  });
});

describe("Discard", () => {
  story("ends a draft for good: its message says so, and an old Send button does nothing", async () => {
    const { priya, slack, twilio, audit, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    const onHerScreen = structuredClone(review);
    await priya.presses("Discard", review);
    const discarded = await scene.messageSaying("Discarded: nothing was sent");
    expect(discarded.ts).toBe(review.ts);
    expect(JSON.stringify(discarded.blocks)).not.toContain('"button"');
    expect(await audit("discarded")).toEqual([{ actor: priya.id, alertId: expect.any(Number) }]);

    await priya.presses("Send to", onHerScreen);
    await priya.isTold("This alert was sent or discarded already");
    expect(await audit("confirmed")).toEqual([]);
    expect(twilio.requests).toEqual([]);
    expect(slack.topView(priya.id)).toBeUndefined();
  });

  story("is for the author alone", async () => {
    const { priya, ana, audit, ...scene } = await openScene();
    const review = await scene.reviews(priya);
    await ana.presses("Discard", review);
    await ana.isTold("Nothing was discarded: only its author can discard this draft.");
    expect(review.text).toContain("Nothing is sent yet");
    expect(await audit("discarded")).toEqual([]);
  });
});

story("what people typed mentions nobody and formats nothing", async () => {
  const scene = await openScene();
  await scene.renameZone("Old Town", "<!channel> & <https://evil.example|Old Town>");
  const message =
    "*Boil* & _cool_ `it` > until 3 < x, ~not~ @channel &lt;here&gt; said Mill Creek Water Co-op";
  await scene.priya.runs("/alert");
  await scene.priya.sees("New alert");
  const { errors } = await scene.priya.submits({
    Zones: ["<!channel> & <https://evil.example|Old Town>"],
    Kind: "Other",
    Message: message,
  });
  expect(errors).toEqual({});
  const review = await scene.messageSaying("Nothing is sent yet");
  const mrkdwn = JSON.stringify(
    review.blocks.filter(({ type }) => type !== "rich_text" && type !== "actions"),
  );
  expect(mrkdwn).toContain("&lt;!channel&gt; &amp; &lt;https://evil.example|Old Town&gt;");
  expect(mrkdwn.match(/<[^>]*>/g)).toEqual([`<@${people.priya.id}>`, `<@${people.priya.id}>`]);
  expect(review.text).not.toContain("<");
});
