// The board's channel can't be used, or Slack can't: nobody is left without a message, nor without Stop.
import { expect, test as story } from "vitest";
import { channels, people } from "../../src/practice/co-op/people.ts";
import { expectOnceEach, lane, phone } from "../helpers/lane.ts";
import { BOIL, buttonOf, openScene, type Scene, textOf } from "../helpers/scene.ts";

type Person = Scene["ana"];
type Message = Scene["slack"]["workspace"]["messages"][number];

const wordsOf = ({ text, blocks }: Message) => `${text}\n${textOf(blocks)}`;

/** A direct message of Headgate's, once there is one that says this. */
const directly = ({ slack }: Scene, { id }: Person, words: string | RegExp): Promise<Message> =>
  slack
    .until(
      () => slack.directMessages(id).findLast((each) => wordsOf(each).match(words) !== null),
      `${id} to read ${words}`,
      15_000,
    )
    .catch((error: Error) => {
      throw new Error([error.message, ...slack.directMessages(id).map(wordsOf)].join("\n"));
    });

async function writes(author: Person, message = BOIL): Promise<void> {
  // Nobody can type in an archived channel.
  await author.runs("/alert", "", channels.general.id);
  await author.sees("New alert");
  const { failure } = await author.submits({ Zones: ["Spring Lane"], Kind: "Emergency", Message: message });
  expect(failure).toBeUndefined();
}

story.each<[string, (scene: Scene) => void, RegExp]>([
  ["was never invited", ({ plays }) => plays("out-of-channel"), /type \/invite @Headgate in it/],
  ["is in an archived channel", ({ plays }) => plays("channel-archived"), /is archived\. Unarchive it/],
  [
    "may not post in its channel",
    ({ slack, plays }) =>
      plays("slack-restricted_action", { method: "chat.postMessage", channel: slack.channelId }),
    /lets only some people post/,
  ],
])(
  "Headgate %s: the author reviews, sends and is told in direct messages, with the cure",
  async (_, harm, cure) => {
    const scene = await openScene();
    await scene.addZone("Spring Lane", lane(5));
    harm(scene);
    await writes(scene.priya);
    const review = await directly(scene, scene.priya, "Review: nothing is sent yet");
    expect(wordsOf(review)).toMatch(cure);
    expect(wordsOf(review)).toContain(BOIL);
    // A draft is its author's.
    await scene.runsOnceMore("show alerts");
    expect(scene.slack.directMessages(people.ana.id).filter(({ blocks }) => blocks.length > 0)).toEqual([]);
    expect((await scene.priya.presses("Send to", review)).failure).toBeUndefined();

    for (const reader of [scene.priya, scene.ana, scene.walt]) {
      expect(wordsOf(await directly(scene, reader, "Sent 5 of 5: 5 delivered."))).toMatch(cure);
    }
    expectOnceEach(scene, lane(5));
    expect(scene.boardMessages()).toEqual([]);
    // What members answer goes where their alert is shown.
    await scene.twilio.reply(phone(1), "Is it over?");
    for (const reader of [scene.priya, scene.ana, scene.walt]) {
      expect(wordsOf(await directly(scene, reader, "Is it over?"))).toMatch(cure);
    }
    const told = scene.slack.workspace.messages.map(({ text }) => text).join("\n");
    expect(told).not.toContain("Something went wrong");
  },
);

story("a test is told by direct message where the channel can't be used any more", async () => {
  const scene = await openScene();
  await scene.addZone("Spring Lane", lane(5));
  const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"] });
  scene.slack.archive(scene.slack.channelId);
  await scene.priya.presses("Send me a test", review);
  await directly(scene, scene.priya, "A test is on its way to your phone");
});

story(
  "taken out in the middle of an alert: Stop is at the author's and the admins', and the channel catches up",
  async () => {
    const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "5" } });
    const { slack, walt, priya } = scene;
    await scene.addZone("Spring Lane", lane(60));
    const message = await scene.sends(priya, { zones: ["Spring Lane"] });
    await scene.messageSaying("Sending");
    slack.removeApp(slack.channelId);
    const copy = await directly(scene, walt, "This is not in the board's channel");
    await directly(scene, priya, "This is not in the board's channel");
    expect((await walt.presses("Stop", copy)).failure).toBeUndefined();
    expect(wordsOf(await directly(scene, walt, /^Stopped: /))).toContain("not sent");
    await directly(scene, priya, /^Stopped: /);
    expect(message.text).not.toContain("Stopped");

    slack.inviteApp(slack.channelId);
    await scene.letPass("1 minute");
    const caughtUp = await scene.messageSaying(/^Stopped: /);
    expect(caughtUp.ts).toBe(message.ts);
    // What was begun elsewhere is true there too, and no longer says that it is elsewhere.
    await slack.until(
      () =>
        slack
          .directMessages(walt.id)
          .some(
            (each) =>
              wordsOf(each).startsWith("Stopped:") && !wordsOf(each).includes("not in the board's channel"),
          ),
      "the copy without the trouble",
    );
    expect(slack.directMessages(walt.id).filter(({ blocks }) => blocks.length > 0)).toHaveLength(1);
  },
);

story("an alert that began by direct message is posted in the channel once that works", async () => {
  const scene = await openScene();
  await scene.addZone("Spring Lane", lane(5));
  scene.slack.removeApp(scene.slack.channelId);
  await writes(scene.priya);
  const review = await directly(scene, scene.priya, "Review: nothing is sent yet");
  await scene.priya.presses("Send to", review);
  await directly(scene, scene.ana, "Sent 5 of 5");
  scene.slack.inviteApp(scene.slack.channelId);
  await scene.letPass("1 minute");
  await scene.messageSaying("Sent 5 of 5: 5 delivered.");
  expect(scene.boardMessages()).toHaveLength(1);
});

story("who was not reached is named where the alert stands then", async () => {
  const scene = await openScene();
  await scene.addZone("Spring Lane", lane(3));
  scene.plays("twilio-21614", { after: 1, times: 1 });
  scene.slack.archive(scene.slack.channelId);
  await writes(scene.priya);
  await scene.priya.presses("Send to", await directly(scene, scene.priya, "Review: nothing is sent yet"));
  const copy = await directly(scene, scene.priya, "Sent 2 of 3");
  const names = await directly(scene, scene.priya, "Not reached: 1. Tell them in another way.");
  expect(names.threadTs).toBe(copy.ts);
});

story("a workspace where messages can't be changed: each news is a new message, and says why", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "5" } });
  await scene.addZone("Spring Lane", lane(40));
  const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"] });
  scene.plays("slack-edit_window_closed", { method: "chat.update" });
  await scene.priya.presses("Send to", review);
  const sending = await scene.messageSaying(/^Sending\. /);
  expect(sending.ts).not.toBe(review.ts);
  for (let minute = 0; minute < 3; minute++) {
    await scene.letPass("1 minute");
    await scene.runsOnceMore("show alerts");
  }
  await scene.ana.presses("Stop", sending);
  const stopped = await scene.messageSaying(/^Stopped: /);
  expect(stopped.ts).not.toBe(sending.ts);
  // The counts in between were not worth a message each; nor is that the channel itself is well.
  const ready = async () => (await fetch(`http://localhost:${scene.app.port}/readyz`)).text();
  await expect
    .poll(ready, { timeout: 20_000 })
    .toMatch(/^ready\nThis workspace lets nobody change a message/);
  await scene.runsOnceMore("show alerts");
  expect(scene.boardMessages()).toHaveLength(3);
});

/** An alert that is sent slowly, and what Dale sees at /alert meanwhile. */
async function openUnderWay() {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "5" } });
  await scene.addZone("Spring Lane", lane(60));
  await scene.sends(scene.priya, { zones: ["Spring Lane"] });
  await scene.messageSaying("Sending");
  await scene.dale.runs("/alert");
  return { scene, form: await scene.dale.sees("New alert") };
}

story("/alert begins with what is under way, and Stop there says what came of it", async () => {
  const { scene, form } = await openUnderWay();
  expect(form).toMatch(
    /\*Under way\*\nEmergency by <@U0PRIYA> to Spring Lane\n> .*boil.*\n\*Sending\.\* Sent \d+ of 60/,
  );
  // They had begun to write before they saw it.
  const { id, content } = scene.dale.modal();
  const typed = { message: "The main is mended." };
  await scene.slack.click(people.dale.id, { ...buttonOf(content.blocks, "Stop"), viewId: id, typed });
  expect(await scene.dale.sees("Headgate")).toContain("The alert is stopped: nothing more of it goes out.");
  await scene.messageSaying(/^Stopped: /);
  expect(await scene.audit("stopped")).toMatchObject([{ actor: people.dale.id }]);

  // The form below says it too, and has kept every word.
  await scene.slack.close(people.dale.id, scene.dale.modal().id);
  await scene.slack.until(() => !textOf(scene.dale.modal().content.blocks).includes("Under way"), "the form");
  expect(scene.dale.modal().state.message?.message).toMatchObject({ value: typed.message });
  const { errors } = await scene.dale.submits({ Zones: ["Old Town"], Kind: "Other" });
  expect(errors).toEqual({});
  await scene.messageSaying("The main is mended.");
});

story("who stops in /alert what somebody else has stopped meanwhile is told so, and sees it", async () => {
  const { scene, form } = await openUnderWay();
  expect(form).toContain("Under way");
  await scene.priya.presses("Stop", await scene.messageSaying("Sending"));
  await scene.messageSaying(/^Stopped: /);
  await scene.dale.pressesInModal("Stop");
  expect(await scene.dale.sees("Headgate")).toContain("This alert was over already");
  await scene.slack.close(people.dale.id, scene.dale.modal().id);
  await scene.slack.until(() => !textOf(scene.dale.modal().content.blocks).includes("Under way"), "the form");
});

story("/alert resumes what has halted, and says so", async () => {
  const scene = await openScene();
  await scene.addZone("Spring Lane", lane(3));
  scene.plays("twilio-20003", { times: 1 });
  await scene.sends(scene.priya, { zones: ["Spring Lane"] });
  await scene.messageSaying("Sending has halted.");
  await scene.dale.runs("/alert");
  expect(await scene.dale.sees("New alert")).toContain("*Halted.*");
  await scene.dale.pressesInModal("Resume");
  expect(await scene.dale.sees("Headgate")).toContain("The alert goes on: one text first");
  await scene.messageSaying("Sent 3 of 3");
});

const halts = async (scene: Scene) => {
  await scene.addZone("Spring Lane", lane(3));
  const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"] });
  // The account fails for members, and still takes a text to the board's own phones.
  scene.plays("twilio-30002", { to: lane(3) });
  return review;
};
const alarmsIn = ({ twilio }: Scene) => twilio.ledger.filter(({ body }) => body.includes("halted"));

story("a halt is told in the channel: in the alert's thread, and seen at its end", async () => {
  const scene = await openScene();
  const review = await halts(scene);
  await scene.priya.presses("Send to", review);
  const told = await scene.slack.until(
    () => scene.slack.messages(scene.ana.id).find(({ isBroadcast }) => isBroadcast),
    "the halt to be told",
  );
  expect(told).toMatchObject({
    threadTs: review.ts,
    text: expect.stringMatching(/Sending has halted.*press Resume/),
  });
  expect(alarmsIn(scene)).toEqual([]);
});

story("a halt is told by direct message where the channel can't be used", async () => {
  const scene = await openScene();
  const review = await halts(scene);
  scene.slack.archive(scene.slack.channelId);
  await scene.priya.presses("Send to", review);
  for (const reader of [scene.priya, scene.ana, scene.walt]) {
    await directly(scene, reader, /not everybody has been texted.*is archived/s);
  }
  await expect.poll(() => scene.untold(), { timeout: 10_000 }).toBe(0);
  expect(alarmsIn(scene)).toEqual([]);
});

story("a halt is texted to the admins, once each, where Slack takes nothing", async () => {
  const scene = await openScene();
  const review = await halts(scene);
  // The press arrives, and Slack takes nothing more of ours.
  scene.plays("slack-token_revoked");
  await scene.priya.presses("Send to", review);
  await scene.twilio.until(() => alarmsIn(scene).length === 2, "the alarms");
  expect(
    alarmsIn(scene)
      .map(({ to }) => to)
      .sort(),
  ).toEqual(["+12065550191", "+12065550192"]);
  expect(alarmsIn(scene)[0]?.body).toMatch(
    /^Mill Creek Water Co-op: Sending of an alert has halted\. .*npm run alerts/,
  );
  await scene.letPass("1 hour");
  await scene.letPass("1 hour");
  expect(await scene.audit("alarm texted")).toHaveLength(2);
  // It is still halted when Slack takes something again.
  scene.ends("slack-token_revoked");
  await scene.letPass("1 hour");
  await scene.slack.until(
    () => scene.slack.messages(scene.ana.id).some(({ isBroadcast }) => isBroadcast),
    "the halt to be told in Slack too",
  );
  expect(alarmsIn(scene)).toHaveLength(2);
});

story("where Slack gives no answer, the text leaves after a minute and not before", async () => {
  const scene = await openScene();
  const review = await halts(scene);
  scene.plays("slack-unreachable");
  await scene.priya.presses("Send to", review);
  await expect.poll(() => scene.untold()).toBe(1);
  const isTried = () => scene.log.some((line) => line.includes("the board could not be told something yet"));
  await expect.poll(isTried, { timeout: 15_000 }).toBe(true);
  await scene.runsOnceMore("tell the board");
  expect(alarmsIn(scene)).toEqual([]);
  await scene.letPass("20 seconds");
  expect(alarmsIn(scene)).toEqual([]);
  await scene.letPass("2 minutes");
  await scene.twilio.until(() => alarmsIn(scene).length === 2, "the alarms");
});

story(
  "where the gateway refuses too, /readyz and the log say it, and the text leaves when it can",
  async () => {
    const scene = await openScene();
    const review = await halts(scene);
    await scene.optsOutOwnPhone(people.walt);
    scene.plays("twilio-30002");
    scene.plays("slack-token_revoked");
    await scene.priya.presses("Send to", review);
    const isLogged = (words: string) => scene.log.some((line) => line.includes(words));
    await expect.poll(() => isLogged("an alarm could not be texted"), { timeout: 10_000 }).toBe(true);
    await scene.letPass("2 minutes");
    const ready = async () => (await fetch(`http://localhost:${scene.app.port}/readyz`)).text();
    await expect
      .poll(ready, { timeout: 15_000 })
      .toMatch(/Nobody could be told this, in Slack or by text: Sending of an alert has halted/);
    expect(isLogged("Slack can't be told that an alert has halted")).toBe(true);
    scene.ends("twilio-30002");
    await scene.letPass("1 hour");
    await scene.twilio.until(() => alarmsIn(scene).length === 1, "the alarm");
    // Walt has opted out: not even this is texted to him.
    expect(alarmsIn(scene)[0]?.to).toBe("+12065550191");
  },
);

story("that sending goes on is told where the halt was told, and by whom", async () => {
  const scene = await openScene();
  const review = await halts(scene);
  await scene.priya.presses("Send to", review);
  const halted = await scene.messageSaying("Sending has halted.");
  await expect.poll(() => scene.untold(), { timeout: 10_000 }).toBe(0);
  scene.ends("twilio-30002");
  await scene.dale.presses("Resume", halted);
  const atEnd = () => scene.slack.messages(scene.ana.id).findLast(({ isBroadcast }) => isBroadcast);
  const goesOn = await scene.slack.until(
    () => (atEnd()?.text.includes("sending goes on") ? atEnd() : undefined),
    "it to be told",
  );
  expect(goesOn).toMatchObject({
    threadTs: review.ts,
    text: "<@U0DALE> has pressed Resume: sending goes on, with one text first.",
  });
});

story("a halt that was resumed before anybody could be told is told nobody", async () => {
  const scene = await openScene();
  const review = await halts(scene);
  scene.plays("slack-overloaded", { method: "chat.postMessage" });
  await scene.priya.presses("Send to", review);
  const halted = await scene.messageSaying("Sending has halted.");
  scene.ends("twilio-30002");
  await scene.dale.presses("Resume", halted);
  await scene.messageSaying("Sent 3 of 3");
  scene.ends();
  await scene.letPass("5 minutes");
  await expect.poll(() => scene.untold(), { timeout: 10_000 }).toBe(0);
  expect(alarmsIn(scene)).toEqual([]);
  expect(scene.slack.messages(scene.ana.id).filter(({ isBroadcast }) => isBroadcast)).toEqual([]);
});

story("two servers tell the board each thing once", async () => {
  const scene = await openScene();
  await scene.startAnother();
  await scene.tellsBoard({ key: "a", text: "Numbers in Mexico can't be texted yet." });
  await scene.tellsBoard({ key: "a", text: "Numbers in Mexico can't be texted yet." });
  const told = () => scene.slack.messages(scene.ana.id).filter(({ text }) => text.includes("Mexico"));
  await scene.slack.until(() => told().length > 0, "the board to be told");
  await scene.letPass("1 hour");
  await scene.runsOnceMore("tell the board");
  expect(told()).toHaveLength(1);
});
