// Between the review and the Send: what has become true meanwhile, and speaks against it, is asked about once.
import { describe, expect, test as story } from "vitest";
import { zones } from "../../src/practice/co-op/people.ts";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { audienceOf } from "../helpers/audience.ts";
import { BOIL, buttonOf, openScene, type Scene, type SceneOptions, textOf } from "../helpers/scene.ts";

type Person = Scene["priya"];

const warningsIn = (review: Message) =>
  textOf(review.blocks)
    .split("\n")
    .filter((line) => line.startsWith(":warning:"))
    .map((line) => line.replace(":warning: ", ""));

const LANES = {
  "Elm Lane": ["+13122000001", "+13122000002"],
  "Oak Lane": ["+13122000003"],
};

/** The co-op, with two short lanes besides. */
async function openLanes(options: SceneOptions = {}) {
  const scene = await openScene(options);
  for (const [name, phones] of Object.entries(LANES)) await scene.addZone(name, phones);
  return scene;
}

/** They press Send, and are asked again: by these words, alone and on top of the review. @returns the new review */
async function isAskedAgain(scene: Scene, author: Person, review: Message, words: RegExp): Promise<Message> {
  const send = () => buttonOf(review.blocks, "Send to").value;
  const [before, confirmed] = [send(), (await scene.audit("confirmed")).length];
  await author.presses("Send to", review);
  const told = await author.isTold("Nothing was sent: since your review something has come up.");
  const lines = told?.split("\n") ?? [];
  expect(lines[1]?.replace("• ", "")).toMatch(words);
  expect(lines.at(-1)).toBe(
    "The review now shows it. Look at it, and press Send again if it should go out all the same.",
  );
  await scene.slack.until(() => send() !== before, "a new Send button");
  expect(warningsIn(review)[0]).toMatch(words);
  expect(await scene.audit("confirmed")).toHaveLength(confirmed);
  return review;
}

const sent = (scene: Scene, alerts: number) =>
  scene.slack.until(
    () => scene.boardMessages().filter(({ text }) => /^Sent \d+ of/.test(text)).length === alerts,
    `${alerts} alerts to be sent`,
    20_000,
  );

/** A clock that the story sets: for people, for Slack and for the app. */
function clockAt(time: string) {
  const clock = { time: new Date(time) };
  const now = () => clock.time;
  return { clock, options: { now, slack: { now, rateLimits: false } } };
}

describe("the same text", () => {
  story(
    "of one author, reviewed twice: the second asks again, and goes out if they say so again",
    async () => {
      const scene = await openLanes();
      const { priya, twilio } = scene;
      const first = await scene.reviews(priya, { zones: ["Elm Lane"] });
      const second = await scene.reviews(priya, {
        zones: ["Elm Lane", "Oak Lane"],
        message: BOIL.toUpperCase().replace(",", " - ").replace(".", "!"),
      });
      expect(warningsIn(second)).toEqual([]);
      await priya.presses("Send to", first);
      await sent(scene, 1);
      await scene.letPassSinceReview("1 minute");

      const again = await isAskedAgain(
        scene,
        priya,
        second,
        /^The same text was sent to Elm Lane on .*<@U0PRIYA>\.$/,
      );
      expect(await scene.audit("refused")).toMatchObject([
        {
          actor: priya.id,
          what: "confirm",
          why: "changed",
          news: expect.arrayContaining([expect.stringMatching(/^same text \d+$/)]),
        },
      ]);
      await priya.presses("Send to", again);
      await sent(scene, 2);
      expect(twilio.requests).toHaveLength(2 + 3);
    },
  );

  story("of two authors who press at the same moment goes out once", async () => {
    const scene = await openLanes();
    const { priya, dale, slack, twilio } = scene;
    const reviews = [
      await scene.reviews(priya, { zones: ["Elm Lane"] }),
      await scene.reviews(dale, { zones: ["Elm Lane"] }),
    ] as const;
    await scene.letPassSinceReview("1 minute");
    await Promise.all([priya.presses("Send to", reviews[0]), dale.presses("Send to", reviews[1])]);
    await sent(scene, 1);
    const isAsked = ({ blocks }: Message) => textOf(blocks).includes("The same text was sent to Elm Lane");
    await slack.until(() => reviews.some(isAsked), "one of the two to be asked again");
    expect(twilio.requests.map(({ to }) => to).toSorted()).toEqual(LANES["Elm Lane"]);
    expect(await scene.audit("confirmed")).toHaveLength(1);
  });

  story("that is confirmed and not frozen yet counts as well", async () => {
    const scene = await openLanes({ settings: { SEGMENTS_PER_SECOND: "1" } });
    const { priya, dale } = scene;
    await scene.addZone(
      "Big City",
      Array.from({ length: 20_001 }, (_, n) => `+1312${2_000_001 + n}`),
    );
    const mine = await scene.reviews(priya, { zones: ["Big City"], kind: "Emergency" });
    const theirs = await scene.reviews(dale, { zones: ["Big City", "Elm Lane"], kind: "Emergency" });
    const confirm = priya.presses("Send to", mine);
    await scene.slack.until(() => !mine.text.includes("Nothing is sent yet"), "the first to be confirmed");
    await isAskedAgain(scene, dale, theirs, /^The same text was sent to Big City/);
    await confirm;
    await priya.presses("Stop", mine);
  });

  story("to other zones goes out without a word", async () => {
    const scene = await openLanes();
    const here = await scene.reviews(scene.priya, { zones: ["Elm Lane"] });
    const there = await scene.reviews(scene.dale, { zones: ["Oak Lane"] });
    await scene.priya.presses("Send to", here);
    await sent(scene, 1);
    await scene.dale.presses("Send to", there);
    await sent(scene, 2);
  });
});

story(
  "another author's alert to the same zones is asked about, whatever it says; one's own is not",
  async () => {
    const scene = await openLanes();
    const { priya, dale } = scene;
    const mine = await scene.reviews(priya, { zones: ["Elm Lane", "Oak Lane"] });
    const also = await scene.reviews(priya, {
      zones: ["Elm Lane"],
      message: `${BOIL} Bottled water at the hall.`,
    });
    const theirs = await scene.reviews(dale, { zones: ["Oak Lane"], message: `${BOIL} Until Monday.` });
    await scene.letPassSinceReview("2 minutes");
    await dale.presses("Send to", theirs);
    await sent(scene, 1);
    const again = await isAskedAgain(scene, priya, mine, /^<@U0DALE> sent another alert to Oak Lane on /);
    await scene.letPassSinceReview("2 minutes");
    await priya.presses("Send to", again);
    await sent(scene, 2);
    await priya.presses("Send to", also);
    await sent(scene, 3);
  },
);

describe("the time", () => {
  story("reviewed at 8:59 in the evening, and sent at 9:25: asked again, once", async () => {
    const { clock, options } = clockAt("2040-01-16T04:59:00Z");
    const scene = await openLanes(options);
    const review = await scene.reviews(scene.priya, { kind: "Meeting", zones: ["Elm Lane"] });
    expect(warningsIn(review)).toEqual([]);
    clock.time = new Date("2040-01-16T05:25:00Z");
    const night = /^It is between 9 in the evening and 8 in the morning \(Los Angeles time\)\./;
    const again = await isAskedAgain(scene, scene.priya, review, night);
    clock.time = new Date("2040-01-16T05:26:00Z");
    await scene.priya.presses("Send to", again);
    await sent(scene, 1);
  });

  story("what was warned of and is over, or has only moved, is not asked about", async () => {
    const { clock, options } = clockAt("2040-01-15T15:50:00Z");
    const scene = await openLanes(options);
    const review = await scene.reviews(scene.priya, { kind: "Meeting", zones: ["All zones"] });
    expect(warningsIn(review)).toHaveLength(2);
    clock.time = new Date("2040-01-15T16:05:00Z");
    await scene.priya.presses("Send to", review);
    await sent(scene, 1);
  });

  story("an alert that runs into the night is warned of at its review", async () => {
    const { options } = clockAt("2040-01-16T04:59:00Z");
    const scene = await openLanes({ ...options, settings: { SEGMENTS_PER_SECOND: "0.1" } });
    const review = await scene.reviews(scene.priya, { kind: "Service notice", zones: ["Old Town"] });
    expect(warningsIn(review)).toEqual([
      expect.stringMatching(
        /^Sending takes about \d+ minutes, so the last texts would go out after 9 in the evening/,
      ),
    ]);
    const urgent = await scene.reviews(scene.priya, { zones: ["Oak Lane"] });
    expect(warningsIn(urgent)).toEqual([]);
  });

  story(
    "what others still have to send first makes it too late: asked again, and said in the review",
    async () => {
      const { options } = clockAt("2040-01-15T20:00:00Z");
      const scene = await openLanes({ ...options, settings: { SEGMENTS_PER_SECOND: "0.1" } });
      const { priya, dale } = scene;
      const phones = (area: number, count: number) =>
        Array.from({ length: count }, (_, n) => `+1312${area * 10_000 + 2_000_000 + n}`);
      await scene.addZone("Long Road", phones(1, 1_000));
      await scene.addZone("Far Hill", phones(2, 1_500));
      const mine = await scene.reviews(priya, { zones: ["Long Road"], kind: "Meeting" });
      expect(warningsIn(mine)).toEqual([]);
      expect(textOf(mine.blocks)).toContain("about 3 hours to send");

      const theirs = await scene.reviews(dale, {
        zones: ["Far Hill"],
        kind: "Meeting",
        message: `${BOIL} Really.`,
      });
      expect(warningsIn(theirs)[0]).toMatch(
        /^This can't be finished in time\. Sending takes a little more than 4 hours, and .* about 60 of 1,500 phones would/,
      );
      await dale.presses("Send to", theirs);
      await scene.messageSaying(/^Sending/);
      const late =
        /^This can't be finished in time\. Sending takes about 7 hours, with what other alerts still have to send first/;
      const again = await isAskedAgain(scene, priya, mine, late);
      expect(textOf(again.blocks)).toMatch(
        /about 7 hours to send, as other alerts go first \(about 4 hours\)/,
      );
      // An emergency goes before them.
      const urgent = await scene.reviews(priya, { zones: ["Long Road"], message: `${BOIL} Now.` });
      expect(textOf(urgent.blocks)).toContain("about 3 hours to send\n");
      await dale.presses("Stop", theirs);
    },
  );
});

story("a zone that has come since to All zones is named, and then gets the text too", async () => {
  const scene = await openLanes();
  const { priya, twilio } = scene;
  const review = await scene.reviews(priya, { zones: ["All zones"] });
  const byHand = await scene.reviews(priya, { zones: ["Elm Lane", "Oak Lane"], message: `${BOIL} Really.` });
  await scene.addZone("Hill Top", ["+13122000009"]);
  await priya.presses("Send to", review);
  const told = await priya.isTold("Nothing was sent");
  expect(told).toContain(
    "• New since your review, and now part of “All zones”: Hill Top. It goes there too.",
  );
  const { phones } = audienceOf(zones);
  const again = await scene.messageSaying(`to ${phones.length + 4} phones`);
  expect(warningsIn(again)[0]).toContain("Hill Top");
  expect(warningsIn(again)).toContain("This goes to all zones.");
  await priya.presses("Send to", again);
  await sent(scene, 1);
  expect(twilio.requests.map(({ to }) => to)).toContain("+13122000009");
  // Who chose zone by zone has not chosen this one.
  await priya.presses("Send to", byHand);
  await sent(scene, 2);
  expect(twilio.requests.filter(({ to }) => to === "+13122000009")).toHaveLength(1);
});

story("whom it reaches has changed: it says by how much, and who moved", async () => {
  const scene = await openLanes();
  const { priya } = scene;
  const review = await scene.reviews(priya, { zones: ["Elm Lane"] });
  await scene.letPassSinceReview("5 minutes");
  await scene.moveMember(LANES["Elm Lane"][0] ?? "", "Oak Lane");
  const words = /^Who it reaches has changed\. 1 phone instead of 2: one member moved to another zone\.$/;
  await priya.presses("Send to", await isAskedAgain(scene, priya, review, words));
  await sent(scene, 1);
  expect(scene.twilio.requests.map(({ to }) => to)).toEqual([LANES["Elm Lane"][1]]);
});

story("/alert reminds of the reviews that are still open, and of no others", async () => {
  const scene = await openLanes();
  const { priya, dale } = scene;
  await scene.reviews(dale, { zones: ["Oak Lane"] });
  const opened = async () => {
    const before = scene.slack.topView(priya.id)?.id;
    await priya.runs("/alert");
    await scene.slack.until(
      () => ![before, undefined].includes(scene.slack.topView(priya.id)?.id),
      "the form",
    );
    return priya.sees("New alert");
  };
  expect(await opened()).not.toContain("open review");
  const review = await scene.reviews(priya, { zones: ["Elm Lane", "River Road"], kind: "Service notice" });
  expect(await opened()).toMatch(
    /You have 1 open review \(Los Angeles time\):\n• \*Service notice\* to Elm Lane, River Road: “Mill Creek Water Co-op: boil .*…”, reviewed on .*, and can be sent until /,
  );
  await scene.letPassSinceReview("31 minutes");
  expect(await opened()).not.toContain("open review");
  const next = await scene.reviews(priya, { zones: ["Elm Lane"], message: `${BOIL} Really.` });
  await priya.presses("Discard", next);
  await scene.messageSaying("Discarded");
  expect(await opened()).not.toContain("open review");
  await scene.slack.until(
    () => review.text === "Lapsed: nothing was sent.",
    "the first to say that it lapsed",
  );
});

story.each([
  { message: `${BOIL} Reply YES to confirm.`, says: "“YES”. That word is taken for a sign-up to texts" },
  { message: `${BOIL} Reply STOP to end.`, says: "“STOP”. Whoever writes that gets no more texts" },
  { message: `${BOIL} Responda SI.`, says: "“SI”. Words like YES, STOP and HELP are taken for commands" },
])("a text that asks for a reply which is a command is warned of: $says", async ({ message, says }) => {
  const scene = await openLanes();
  const review = await scene.reviews(scene.priya, { message });
  expect(warningsIn(review)).toEqual([expect.stringContaining(says)]);
});
