// What members write while Headgate can't hear them.
import { expect, test as story } from "vitest";
import { createLog } from "../../src/log.ts";
import { createMissedTexts } from "../../src/replies/missed.ts";
import { eventually } from "../helpers/eventually.ts";
import { openGateway } from "../helpers/gateway.ts";
import { openLane, phone, sendToLane } from "../helpers/lane.ts";
import type { Scene, SceneOptions } from "../helpers/scene.ts";
import { postAsTwilio } from "../helpers/twilio-posts.ts";

const [ONE, TWO, THREE] = [phone(1), phone(2), phone(3)];
const NOWHERE = "http://localhost:1";

const isOut = async (scene: Scene, phone: string) =>
  (await scene.optOuts()).some((optOut) => optOut.phone === phone);

/** The stand-in's clock, which passes by itself and can be moved on: people take their time. */
function openClock() {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    pass: (seconds: number) => {
      ahead += seconds * 1000;
    },
  };
}

/** What is written from now on was not there when Headgate looked at its start. */
async function openSettled(options?: SceneOptions): Promise<Scene> {
  const scene = await openLane(3, options);
  await eventually(scene.hasLookedForTexts, "the look at the start");
  return scene;
}

/** Twilio brings texts nowhere from now on. */
function cutOff({ twilio, app }: Scene) {
  const inboundUrl = `http://localhost:${app.port}/twilio/inbound#rc=3&rp=all`;
  twilio.connect({ inboundUrl, via: NOWHERE });
  return () => twilio.connect({ inboundUrl });
}

story("a STOP that was written while Headgate was away counts from its next start", async () => {
  const scene = await openSettled();
  const reconnect = cutOff(scene);
  await scene.twilio.reply(ONE, "STOP");
  await scene.twilio.reply(TWO, "is the water off?");
  reconnect();
  expect(await isOut(scene, ONE)).toBe(false);
  await scene.startAnother();
  await eventually(() => isOut(scene, ONE), "the STOP");
  await scene.slack.until(
    () => scene.slack.messages(scene.ana.id).some(({ text }) => text.includes("is the water off?")),
    "the question",
  );
  expect(await scene.memberTexts()).toHaveLength(2);
  // Brought once more it is the same text.
  await scene.startAnother();
  expect(await scene.memberTexts()).toHaveLength(2);
  expect(await scene.audit("opted out")).toHaveLength((await scene.optOuts()).length);
});

story("a STOP fetched late never outweighs a later START, nor a START a later STOP", async () => {
  const clock = openClock();
  const scene = await openSettled({ twilio: { now: clock.now } });
  const reconnect = cutOff(scene);
  await scene.twilio.reply(ONE, "STOP");
  await scene.twilio.reply(TWO, "START");
  reconnect();
  clock.pass(5);
  await scene.twilio.reply(ONE, "START");
  await scene.twilio.reply(TWO, "STOP");
  await scene.startAnother();
  await eventually(async () => (await scene.memberTexts()).length === 4, "the texts");
  expect(await isOut(scene, ONE)).toBe(false);
  expect(await isOut(scene, TWO)).toBe(true);
  const words = (await scene.memberTexts())
    .toSorted((a, b) => a.writtenAt.getTime() - b.writtenAt.getTime())
    .filter((text) => text.phone === ONE);
  expect(words.map(({ keyword }) => keyword)).toEqual(["STOP", "START"]);
});

story("within one second the order of Twilio's list decides", async () => {
  const now = new Date();
  const scene = await openSettled({ twilio: { now: () => now } });
  cutOff(scene);
  for (const word of ["STOP", "START", "STOP"]) await scene.twilio.reply(ONE, word);
  for (const word of ["STOP", "START"]) await scene.twilio.reply(TWO, word);
  await scene.startAnother();
  await eventually(async () => (await scene.memberTexts()).length === 5, "the texts");
  expect(await isOut(scene, ONE)).toBe(true);
  expect(await isOut(scene, TWO)).toBe(false);
});

story(
  "a text that came late by itself is put where it belongs: the last word is the last written",
  async () => {
    const clock = openClock();
    const scene = await openSettled({ twilio: { now: clock.now } });
    await scene.twilio.reply(ONE, "STOP");
    const reconnect = cutOff(scene);
    clock.pass(60);
    const { answer } = await scene.twilio.reply(ONE, "START");
    clock.pass(60);
    reconnect();
    await scene.twilio.reply(ONE, "stop");
    if (!answer) throw new Error("no webhook");
    // Twilio brings the START again after the STOP: as far as we know it was written last.
    await postAsTwilio(scene.app, scene.twilio.authToken, "/twilio/inbound", answer.form);
    await scene.startAnother();
    await eventually(async () => (await scene.memberTexts()).length === 3, "the texts");
    await eventually(() => isOut(scene, ONE), "the STOP, which was later");
  },
);

story("what only words of our own explain is shown, with when it was written", async () => {
  const clock = openClock();
  clock.pass(-40 * 60);
  const scene = await openSettled({ twilio: { now: clock.now } });
  scene.twilio.settings.optOutWords.advanced = { stop: ["ALTO"], start: ["EMPEZAR"], help: [] };
  cutOff(scene);
  await scene.twilio.reply(ONE, "ALTO");
  await scene.startAnother();
  const seen = await scene.slack.until(
    () => scene.slack.messages(scene.ana.id).find(({ text }) => text.includes("> ALTO")),
    "the word",
  );
  expect(seen.text).toMatch(/Member 1 .* seems to want no more texts.* on \w+, .*it only reached us now/s);
  expect(await isOut(scene, ONE)).toBe(false);
});

story("after a text that could not be kept, and every hour, the list is looked at", async () => {
  const scene = await openSettled();
  const reconnect = cutOff(scene);
  let time = 0;
  const missed = createMissedTexts({
    db: scene.db,
    gateway: openGateway(scene, { publicUrl: `http://localhost:${scene.app.port}` }),
    log: createLog("silent"),
    clock: { monotonic: () => time, after: () => () => {} },
  });
  await missed.run();
  await scene.twilio.reply(ONE, "STOP");
  time += 3_599_000;
  await missed.run();
  expect(await isOut(scene, ONE)).toBe(false);
  time += 2_000;
  await missed.run();
  expect(await isOut(scene, ONE)).toBe(true);

  await scene.twilio.reply(TWO, "STOP");
  missed.lookSoon();
  await missed.run();
  expect(await isOut(scene, TWO)).toBe(true);

  // While the provider can't be asked, it is asked again soon, and then less often.
  await scene.twilio.reply(THREE, "STOP");
  scene.plays("twilio-mute");
  missed.lookSoon();
  await missed.run();
  scene.ends();
  await missed.run();
  expect(await isOut(scene, THREE)).toBe(false);
  time += 5_000;
  await missed.run();
  expect(await isOut(scene, THREE)).toBe(true);
  reconnect();
});

const service = (scene: Scene) => ({ TWILIO_MESSAGING_SERVICE_SID: scene.twilio.messagingServiceSid });
const ready = async (port: number) => (await fetch(`http://localhost:${port}/readyz`)).text();

/** Another instance, started after this was set at Twilio. @returns what it says about it */
async function openAfter(
  scene: Scene,
  set: (twilio: Scene["twilio"]) => void,
  settings: Record<string, string> = {},
): Promise<string> {
  set(scene.twilio);
  const { port } = await scene.startAnother({}, settings);
  return eventually(async () => {
    const said = await ready(port);
    return said.startsWith("ready\n") && said.includes("Twilio") && said;
  }, "what has to be changed");
}

story.each<[string, string, (twilio: Scene["twilio"]) => void, (scene: Scene) => Record<string, string>]>([
  [
    "an address of the number that Twilio calls only once",
    "at the sending number in Twilio, the address lacks #rc=3&rp=all",
    ({ settings }) => {
      settings.number.smsUrl = settings.number.smsUrl.replace(/#.*/, "");
    },
    () => ({}),
  ],
  [
    "a number without an address",
    "at the sending number in Twilio no address is set",
    ({ settings }) => {
      settings.number.smsUrl = "";
    },
    () => ({}),
  ],
  [
    "a TwiML App, which outranks the number",
    "at the TwiML App of the sending number in Twilio another address is set",
    ({ settings }) => {
      const smsUrl = "https://demo.twilio.com/welcome/sms/reply";
      settings.number.smsApplicationSid = settings.addApplication({ smsUrl, smsMethod: "POST" });
    },
    () => ({}),
  ],
  [
    "a Messaging Service, which has an address of its own",
    "at the Messaging Service in Twilio, the address lacks #rc=3&rp=all",
    ({ settings }) => {
      settings.service.inboundRequestUrl = settings.number.smsUrl.replace(/#.*/, "");
    },
    service,
  ],
  [
    "a Messaging Service that leaves it to its numbers",
    "the sending number in Twilio is set to HTTP GET",
    ({ settings }) => {
      settings.service.useInboundWebhookOnNumber = true;
      settings.service.inboundRequestUrl = null;
      settings.number.smsMethod = "GET";
    },
    service,
  ],
])(
  "%s is named in the log and at /readyz, with the cure; alerts go out all the same",
  async (_, words, set, more) => {
    const scene = await openSettled();
    const said = await openAfter(scene, set, more(scene));
    expect(said).toContain(words);
    expect(said).toMatch(/^ready\n/);
    expect(said).toContain(
      `put http://localhost:${scene.app.port}/twilio/inbound#rc=3&rp=all with HTTP POST`,
    );
    const changed = scene.log.filter((line) => line.includes("how members' texts reach us has changed"));
    expect(changed.join("")).toContain(words);
    await sendToLane(scene);
    await scene.messageSaying("3 delivered");
  },
);

story(
  "through a Messaging Service, whose numbers are told at another host, texts are fetched too",
  async () => {
    const scene = await openSettled();
    const reconnect = cutOff(scene);
    await scene.twilio.reply(ONE, "STOP");
    reconnect();
    await scene.startAnother({}, service(scene));
    await eventually(() => isOut(scene, ONE), "the STOP");
  },
);

story("where all is well, nothing is said", async () => {
  const scene = await openSettled();
  const { port } = await scene.startAnother({}, service(scene));
  await eventually(async () => (await ready(port)).startsWith("ready\n"), "it to be ready");
  expect(await ready(port)).not.toContain("Twilio");
  expect(scene.log.join("")).not.toContain("how members' texts reach us has changed");
});
