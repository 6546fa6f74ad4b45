// What members write back, and what the board sees of it.
import { expect, test as story } from "vitest";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { eventually } from "../helpers/eventually.ts";
import { openLane, phone, sendToLane } from "../helpers/lane.ts";
import { type Scene, textOf } from "../helpers/scene.ts";

const [ONE, TWO, THREE] = [phone(1), phone(2), phone(3)];
const STRANGER = "+15095550190";

/** Everything that stands in the board's channel or one of its threads, with all that a person reads in it. */
const inSlack = (scene: Scene) =>
  scene.slack
    .messages(scene.ana.id)
    .map((message) => ({ ...message, text: [message.text, textOf(message.blocks)].join("\n") }));

const shown = (scene: Scene, words: string): Promise<Message> =>
  scene.slack.until(() => inSlack(scene).find(({ text }) => text.includes(words)), `the words ${words}`);

const isOut = async (scene: Scene, phone: string) =>
  (await scene.optOuts()).some((optOut) => optOut.phone === phone);

async function openTexted() {
  const scene = await openLane(3);
  const review = await sendToLane(scene);
  await scene.messageSaying("3 delivered");
  return { scene, review };
}

story.each(["no más mensajes", "ALTO", "remove me from this list", "Cancel?", "je ne veux plus de messages"])(
  "%s: named, flagged, and one press takes the phone off the list",
  async (words) => {
    const { scene, review } = await openTexted();
    await scene.twilio.reply(ONE, words);
    const message = await shown(scene, words);
    expect(message).toMatchObject({ threadTs: review.ts, isBroadcast: true });
    expect(message.text).toContain("Member 1 (Spring Lane, (509) 555-0101)");
    expect(message.text).toContain("seems to want no more texts");
    expect(JSON.stringify(message)).not.toContain(ONE);
    expect(await isOut(scene, ONE), "nothing is decided yet").toBe(false);

    expect((await scene.priya.presses("Take off the list", message)).failure).toBeUndefined();
    await scene.priya.isTold(/0101 is off the list/);
    expect(await isOut(scene, ONE)).toBe(true);
    const kept = (await scene.memberTexts()).find(({ body }) => body === words);
    expect(await scene.audit("opted out")).toContainEqual({
      actor: scene.priya.id,
      alertId: null,
      phone: ONE,
      source: "board, by a text",
      messageSid: kept?.messageSid,
    });
    const after = await shown(scene, `Taken off the list by <@${scene.priya.id}>`);
    expect(after.ts).toBe(message.ts);
    expect(textOf(after.blocks)).not.toContain("Take off the list");
  },
);

story("the button pressed again, by somebody else or after a START, does no harm and says so", async () => {
  const { scene } = await openTexted();
  await scene.twilio.reply(ONE, "take me off your list");
  await scene.twilio.reply(TWO, "wrong number");
  const [first, second] = [await shown(scene, "take me off"), await shown(scene, "wrong number")];
  await scene.priya.presses("Take off the list", first);
  await scene.priya.isTold(/is off the list/);
  await scene.dale.presses("Take off the list", first);
  await scene.dale.isTold(/was off the list already/);
  expect((await scene.audit("opted out")).filter(({ phone }) => phone === ONE)).toHaveLength(1);

  await scene.twilio.reply(TWO, "STOP");
  await scene.twilio.reply(TWO, "START");
  await scene.priya.presses("Take off the list", second);
  await scene.priya.isTold(/Nothing was changed: after this, somebody texted START/);
  expect(await isOut(scene, TWO)).toBe(false);
  expect((await shown(scene, "they want texts again")).ts).toBe(second.ts);
});

story.each(["Stop. Thank you", "STOP!!", "stop.", "Stop :(", "please stop texting me"])(
  "%s counts by itself, and the board is told",
  async (words) => {
    const { scene, review } = await openTexted();
    await scene.twilio.reply(ONE, words);
    expect(await isOut(scene, ONE)).toBe(true);
    // Twilio blocks nothing here, so the staff can put it right.
    expect(await scene.optOuts()).toContainEqual({ phone: ONE, source: "text STOP" });
    const message = await shown(scene, words);
    expect(message).toMatchObject({ threadTs: review.ts, blocks: [] });
    expect(message.text).toMatch(/Member 1 .*wants no more texts.*they are off the list from now on/s);
    // Said again it changes nothing, and nobody has to read it again.
    await scene.twilio.reply(ONE, words);
    await scene.twilio.reply(TWO, "thanks");
    await shown(scene, "thanks");
    expect(scene.thread(review)).toHaveLength(2);
  },
);

story("what is about the water is shown as it is", async () => {
  const { scene } = await openTexted();
  for (const words of ["please don't stop the water", "when will it stop?"]) {
    await scene.twilio.reply(ONE, words);
    const message = await shown(scene, words);
    expect(message.text).toContain("*Member 1 (Spring Lane, (509) 555-0101)* writes:");
    expect(message.blocks).toEqual([]);
  }
  expect(await isOut(scene, ONE)).toBe(false);
});

story("YES, HELP and INFO that change nothing are answers, and are shown", async () => {
  const { scene, review } = await openTexted();
  for (const [number, word] of [
    [ONE, "YES"],
    [TWO, "HELP"],
    [THREE, "info"],
  ] as const)
    await scene.twilio.reply(number, word);
  await scene.slack.until(() => scene.thread(review).length === 3, "the answers");
  const texts = scene.thread(review).map(({ text }) => text);
  expect(texts.join()).toMatch(/Member 1 .*> YES/s);
  expect((await shown(scene, "> HELP")).isBroadcast).toBe(true);
  expect((await shown(scene, "> HELP")).text).toContain("Twilio has answered this by itself");
  expect((await shown(scene, "> info")).text).toContain("Member 3");
});

story(
  "START with punctuation leaves a phone where the provider left it, and the board sees why",
  async () => {
    const { scene } = await openTexted();
    await scene.twilio.reply(ONE, "STOP");
    await scene.twilio.reply(ONE, "Yes!");
    expect(await isOut(scene, ONE)).toBe(true);
    expect((await shown(scene, "> Yes!")).text).toContain("unless they text START to our number");
    await scene.twilio.reply(ONE, "Help!");
    expect((await shown(scene, "> Help!")).isBroadcast).toBe(true);
  },
);

story("what the provider did by its owner's own words counts, in any language", async () => {
  const { scene } = await openTexted();
  scene.twilio.settings.optOutWords.advanced = {
    stop: ["STOP", "ALTO", "ARRÊT"],
    start: ["START", "EMPEZAR"],
    help: ["AYUDA"],
  };
  await scene.twilio.reply(ONE, "Alto");
  expect(await isOut(scene, ONE)).toBe(true);
  await scene.twilio.reply(ONE, "empezar");
  expect(await isOut(scene, ONE)).toBe(false);
  await scene.twilio.reply(TWO, "arrêt");
  expect(await isOut(scene, TWO)).toBe(true);
  await scene.twilio.reply(ONE, "ayuda");
  expect((await shown(scene, "> ayuda")).isBroadcast).toBe(true);
});

story("from whom no alert has reached, or long ago, it stands in the channel", async () => {
  const { scene, review } = await openTexted();
  await scene.addMember("Spring Lane", { name: "Ruth Abbott", phone: STRANGER });
  await scene.twilio.reply(STRANGER, "how do I pay");
  expect(await shown(scene, "how do I pay")).toMatchObject({ threadTs: undefined });
  await scene.letPassSinceEnd("4 days");
  await scene.twilio.reply(ONE, "thanks again");
  const late = await shown(scene, "thanks again");
  expect(late).toMatchObject({ threadTs: undefined, channelId: scene.slack.channelId });
  expect(late.text).toContain("Member 1 (Spring Lane");
  await scene.twilio.reply(TWO, "no more texts please");
  const wish = await shown(scene, "no more texts please");
  await scene.priya.presses("Take off the list", wish);
  await scene.priya.isTold(/0102 is off the list/);
  expect(scene.thread(review)).toHaveLength(0);
});

story("in a thread only questions and cries for help are also seen at the end of the channel", async () => {
  const { scene, review } = await openTexted();
  for (const words of ["is it safe for the cat?", "got it", "my kids are sick"])
    await scene.twilio.reply(ONE, words);
  await scene.slack.until(() => scene.thread(review).length === 3, "the words");
  const seen = scene
    .thread(review)
    .map(({ text, isBroadcast }) => [text.split("> ")[1]?.trim(), isBroadcast]);
  expect(Object.fromEntries(seen)).toEqual({
    "is it safe for the cat?": true,
    "got it": false,
    "my kids are sick": true,
  });
});

story("numbers that no member has are gathered: one message an hour for all of them", async () => {
  const { scene, review } = await openTexted();
  await scene.twilio.reply(STRANGER, "who are you? <!channel>");
  await eventually(async () => (await scene.toldBoard()).length === 1, "the first");
  const others = ["+15095550191", "+15095550192", "+15095550193"];
  for (const number of others) await scene.twilio.reply(number, "hello");
  await scene.twilio.reply(ONE, "thanks");
  await shown(scene, "thanks");
  expect(await scene.toldBoard()).toHaveLength(1);
  await scene.letPass("61 minutes");
  await eventually(async () => (await scene.toldBoard()).length === 2, "the others");
  const [first, second] = await scene.toldBoard();
  expect(first).toContain("A text from a number that no member has");
  expect(first).toContain("… 0190: who are you? &lt;!channel&gt;");
  expect(second).toContain("3 texts from numbers");
  for (const number of others) expect(second).toContain(`… ${number.slice(-4)}: hello`);
  expect(scene.thread(review)).toHaveLength(1);
});

story("a household is named with all who share the phone", async () => {
  const { scene } = await openTexted();
  await scene.addMember("Old Town", { name: "Harold & Maude", phone: ONE });
  await scene.twilio.reply(ONE, "thanks");
  const message = await shown(scene, "thanks");
  expect(message.text).toContain(
    "*Harold &amp; Maude, Member 1 (Old Town, Spring Lane, (509) 555-0101)* writes:",
  );
});

story.each(["not_in_channel", "is_archived", "channel_not_found", "restricted_action"])(
  "where the channel is gone (%s), words go where the board is told things, once",
  async (error) => {
    const { scene } = await openTexted();
    scene.plays(`slack-${error}`, { method: "chat.postMessage" });
    await scene.twilio.reply(ONE, "is it over?");
    await scene.twilio.reply(TWO, "no more texts");
    await eventually(async () => (await scene.toldBoard()).length === 2, "the words");
    const told = (await scene.toldBoard()).join("\n");
    expect(told).toMatch(/Member 1 \(Spring Lane, \(509\) 555-0101\).*is it over\?/s);
    expect(told).toMatch(/Member 2 .*seems to want no more texts.*npm run opt-out -- add/s);
    await scene.letPass("1 hour");
    expect(await scene.toldBoard()).toHaveLength(2);
  },
);

story("while Slack is away, words are tried less and less often, and after days given up aloud", async () => {
  const { scene, review } = await openTexted();
  const failures = () => scene.log.filter((line) => line.includes("text could not be shown yet")).length;
  scene.plays("slack-unreachable", { method: "chat.postMessage" });
  await scene.twilio.reply(ONE, "hello out there");
  await eventually(async () => failures() === 1, "the first try");
  await scene.letPass("1 minute");
  await eventually(async () => failures() === 2, "the second");
  await scene.letPass("1 minute");
  await scene.twilio.reply(TWO, "me too");
  await eventually(async () => failures() === 3, "the other's first");
  await scene.letPass("1 minute");
  await eventually(async () => failures() === 5, "a third, and the other's second");
  expect(await scene.toldBoard()).toEqual([]);
  await scene.letPass("4 days");
  await eventually(async () => (await scene.toldBoard()).length > 0, "the end");
  expect((await scene.toldBoard()).join("\n")).toContain("hello out there");
  expect(scene.log.join("")).toContain("is given up");
  expect(scene.thread(review)).toHaveLength(0);
});

story("who is not on the board's list takes nobody off, and is told so where they look", async () => {
  const { scene, review } = await openTexted();
  await scene.twilio.reply(ONE, "no more texts");
  const message = await shown(scene, "no more texts");
  await scene.gus.presses("Take off the list", message);
  // The message stands in the thread and in the channel, and Slack does not say in which they pressed it.
  const told = () => scene.slack.ephemerals(scene.gus.id).map(({ threadTs }) => threadTs);
  await scene.slack.until(() => told().length > 1, "the refusal in both places");
  expect(told()).toEqual([review.ts, undefined]);
  expect(await isOut(scene, ONE)).toBe(false);
});
