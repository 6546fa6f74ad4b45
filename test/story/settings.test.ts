// The co-op's own settings are changed while Headgate runs: what is written from then on goes by them, and what
// somebody has seen and approved does not change.
import { expect, test as story } from "vitest";
import { createLog } from "../../src/log.ts";
import { channels } from "../../src/practice/co-op/people.ts";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { whyNotChannel } from "../../src/slack/upkeep/check.ts";
import { createClients } from "../../src/slack/wire/clients.ts";
import { BOIL, openScene, textOf } from "../helpers/scene.ts";

/** Half past ten in the evening in Los Angeles; Slack would refuse what is signed in the past. */
const LATE = new Date("2040-01-16T06:30:00Z");
const late = { now: () => LATE, slack: { now: () => LATE } };

const lane = (count: number) => Array.from({ length: count }, (_, n) => `+1509555${2000 + n}`);
const wordsOf = ({ text, blocks }: Message) => `${text}\n${textOf(blocks)}`;

story("a changed setting shows in the next review; an open one sends the text that it showed", async () => {
  const scene = await openScene(late);
  const { ana, priya, dale, twilio, slack } = scene;
  await scene.addZone("Spring Lane", lane(2));
  const draft = { zones: ["Spring Lane"], kind: "Service notice" };
  const open = await scene.reviews(priya, draft);
  const shown = wordsOf(open);
  expect(shown).toContain("It is between 9 in the evening and 8 in the morning");

  await scene.changesSetting(ana, "ORGANIZATION_NAME", "Elk Ridge Water");
  await scene.changesSetting(ana, "QUESTIONS_NUMBER", "(206) 555-0134");
  await scene.changesSetting(ana, "QUIET_HOURS", "11 pm to 7 am");
  await scene.changesSetting(ana, "LONGEST_TEXT", "2");
  await scene.changesSetting(ana, "TIME_ZONE", "America/Boise");
  await scene.changesSetting(ana, "PRICE_PER_SEGMENT", "$1");
  // By the clock in Boise it is half past eleven.
  await dale.runs("/alert", "The water is off on Main Street.");
  const form = await dale.sees("New alert");
  expect(form).toContain("For questions: (206) 555-0134. Up to 306 characters; 134 with emoji");
  expect(JSON.stringify(dale.modal().content)).toContain("Elk Ridge Water: The water is off on Main Street.");
  const typed = { Zones: ["Spring Lane"], Kind: "Service notice" };
  const { errors } = await dale.submits({ ...typed, Message: `Elk Ridge Water: ${"off ".repeat(80)}` });
  expect(JSON.stringify(errors)).toContain("At most 306 fit.");
  await dale.submits({ ...typed, Message: "Elk Ridge Water: reply YES if the water is off." });
  const next = await scene.messageSaying("Elk Ridge Water: reply YES");
  expect(wordsOf(next)).toContain("It is between 11 in the evening and 7 in the morning (Boise time).");
  expect(wordsOf(next)).toContain("Ask for another word, or for a call to (206) 555-0134.");
  expect(wordsOf(next)).toContain("about $2.01 with the carriers' fees");
  expect(wordsOf(next)).not.toContain("does not say that it is from");

  // What the author has seen stands as it was. They are asked about the new name, and then it goes out as it was written.
  expect(wordsOf(open)).toBe(shown);
  expect(shown).toContain(`\n${BOIL}\n`);
  await priya.presses("Send to", open);
  const nameless = "The text does not say that it is from Elk Ridge Water.";
  await priya.isTold(nameless);
  expect(twilio.ledger).toEqual([]);
  await slack.until(() => wordsOf(open).includes(nameless), "the review to say so");
  expect(wordsOf(open)).toContain("about $2.01 with the carriers' fees");
  await priya.presses("Send to", open);
  await scene.messageSaying(/^Sent 2 of 2/);
  expect(twilio.requests.map(({ body }) => body)).toEqual([BOIL, BOIL]);
});

story("a text that is longer than what is allowed by now is asked about, and goes out whole", async () => {
  const scene = await openScene();
  await scene.addZone("Spring Lane", lane(1));
  const message = `${BOIL} ${"Boil it for one full minute, and let it cool. ".repeat(4)}`.trim();
  const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"], message });
  await scene.changesSetting(scene.ana, "LONGEST_TEXT", "1");
  await scene.priya.presses("Send to", review);
  await scene.priya.isTold("The text has 2 segments. By now your co-op's settings allow 1.");
  await scene.priya.presses("Send to", await scene.messageSaying("settings allow 1."));
  await scene.messageSaying(/^Sent 1 of 1/);
  expect(scene.twilio.requests.map(({ body }) => body)).toEqual([message]);
});

story("the pace is another one from then on, also for an alert that is under way", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "" } });
  await scene.addZone("Spring Lane", lane(40));
  await scene.changesSetting(scene.ana, "SEGMENTS_PER_SECOND", "0.1");
  await scene.sends(scene.priya, { zones: ["Spring Lane"] });
  await scene.messageSaying(/^Sending/);
  // Some seconds of the pace before would show.
  for (const _ of [1, 2, 3]) await scene.runsOnceMore("show alerts");
  expect(scene.twilio.requests.length).toBeLessThan(5);
  await scene.changesSetting(scene.ana, "SEGMENTS_PER_SECOND", "1000");
  await scene.messageSaying(/^Sent 40 of 40/);
});

story("in another channel stands what is new; what was posted goes on where it is", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "1" } });
  const { ana, priya, dale, slack } = scene;
  const general = channels.general.id;
  const access = { botToken: slack.botToken, apiUrl: `${scene.url}/slack/api/` };
  const { interactive } = createClients(access, createLog("silent"));
  const whyNot = (id: string) => whyNotChannel(interactive, { id });
  expect(await whyNot(general)).toBe(
    "Headgate is not in #general. Open #general in Slack and type /invite @Headgate there.",
  );
  expect(await whyNot("C0NOWHERE")).toMatch(/^Headgate can't see the board's channel \(C0NOWHERE\)\./);
  slack.inviteApp(general);
  expect(await whyNot(general)).toBeUndefined();

  await scene.addZone("Spring Lane", lane(200));
  const old = await scene.sends(priya, { zones: ["Spring Lane"] });
  const running = await scene.messageSaying(/^Sending/);
  await scene.changesSetting(ana, "SLACK_ALERT_CHANNEL", general);

  await dale.runs("/alert");
  await dale.sees("New alert");
  await dale.submits({ Zones: ["Old Town"], Kind: "Emergency", Message: BOIL });
  await slack.until(
    () => slack.messages(ana.id, general).find((each) => wordsOf(each).includes("nothing is sent yet")),
    "the review in the new channel",
  );

  // What can't be written any more where it stands says so by that channel, and mends when that one is mended.
  slack.removeApp(old.channelId);
  await priya.presses("Stop", running);
  const copy = await slack.until(
    () => slack.directMessages(priya.id).find((each) => wordsOf(each).includes("former channel")),
    "the alert in a direct message",
  );
  expect(wordsOf(copy)).toMatch(
    /Headgate can't see the board's former channel .* type \/invite @Headgate in it\.$/m,
  );
  slack.inviteApp(old.channelId);
  await scene.letPass("1 minute");
  expect((await scene.messageSaying(/^Stopped: /)).ts).toBe(old.ts);

  slack.removeApp(old.channelId);
  await scene.twilio.reply(lane(1)[0] ?? "", "Is it over?");
  await slack.until(
    () => slack.messages(ana.id, general).find((each) => wordsOf(each).includes("Is it over?")),
    "the member's words in the channel that there is",
  );
});
