// Step 6: the live message, Stop, Halt and Resume, as people see them.
import { expect, test as story } from "vitest";
import { members, natures } from "../../src/practice/co-op/people.ts";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { audienceOf } from "../helpers/audience.ts";
import { eventually } from "../helpers/eventually.ts";
import { openScene, type Scene, textOf } from "../helpers/scene.ts";

const AT_SLACKS_PACE = { updateEverySeconds: 3, roundEveryMs: 50 };

const natureOf = (phone: string) => natures.get(phone) ?? "mobile";
const written = (phone: string) => `(${phone.slice(2, 5)}) ${phone.slice(5, 8)}-${phone.slice(8)}`;

/** What became of the phones of these zones, by what is behind each number. */
function fatesIn(...zones: string[]) {
  const { phones } = audienceOf(zones);
  const failed = phones.filter((phone) => natureOf(phone) !== "mobile");
  const rejected = failed.filter((phone) => natureOf(phone) === "voice only");
  return { phones, failed, rejected, delivered: phones.length - failed.length };
}

/** What the sentence and the line after it say at the end. */
function endOf(zone: string): string {
  const { phones, failed, delivered } = fatesIn(zone);
  const { optedOut, noMobile } = audienceOf([zone]);
  return (
    `Sent ${delivered} of ${phones.length}: ${delivered} delivered, ${failed.length} not reached.\n` +
    `${optedOut + noMobile} were left out: ${optedOut} opted out, ${noMobile} without a mobile number.`
  );
}
/** The buttons that a message offers, by what stands on them. */
const buttonsOf = ({ blocks }: Message) =>
  blocks.flatMap((block) =>
    block.type === "actions"
      ? block.elements.map((each) => ("text" in each && each.text ? each.text.text : ""))
      : [],
  );

/** When Slack was asked to change this message. */
const updatesOf = ({ slack }: Scene, { ts }: Message) =>
  slack.calls.filter(({ method, args }) => method === "chat.update" && args.ts === ts);

/** The numbers in the sentence, by their words. */
const numbersIn = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/(\d+) ([a-z ]+?)(?=[,.]|$)/g)].map(([, n, words]) => [words, Number(n)]),
  );

story("the message counts along, and ends in a sentence that is true and can be read aloud", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "40" } });
  const { phones, delivered } = fatesIn("Old Town");
  const review = await scene.sends(scene.priya);
  const sending = structuredClone(await scene.messageSaying(/^Sending\. Sent \d+ of \d+:.* waiting/));
  expect(textOf(sending.blocks)).toContain("*Emergency* by <@U0PRIYA>\n*Zones:* Old Town");
  const done = await scene.messageSaying(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\.$/m);
  expect(done.ts).toBe(review.ts);
  expect(done.text).toBe(endOf("Old Town"));
  expect(textOf(done.blocks)).toContain(
    `Sent to ${delivered} of ${phones.length}, ${phones.length - delivered} not reached, 3 left out`,
  );
  expect(buttonsOf(done)).toEqual(["Who was not reached"]);
  expect(await scene.audit("finished")).toMatchObject([{ actor: "system", alertId: expect.any(Number) }]);
  const counts = updatesOf(scene, review).map(({ args }) =>
    Number(/Sent (\d+)/.exec(String(args.text))?.[1] ?? 0),
  );
  expect(new Set(counts).size).toBeGreaterThan(3);
});

story("it is changed at most once in 3 s, by two servers together, and a last time", async () => {
  const scene = await openScene({
    settings: { SEGMENTS_PER_SECOND: "5" },
    rhythm: AT_SLACKS_PACE,
  });
  await scene.startAnother();
  const review = await scene.sends(scene.priya, { zones: ["Mill Flats"] });
  await scene.slack.until(() => review.text === endOf("Mill Flats"), "the end", 20_000);
  const updates = updatesOf(scene, review);
  expect(updates.length).toBeGreaterThanOrEqual(3);
  // The first one is what the press changed, and is shown at once.
  const times = updates.map((call) => call.at.getTime());
  const gaps = times.slice(1).map((time, n) => time - (times[n] ?? 0));
  // A network or a busy machine that delays one of them and not the next does not make the next too early.
  expect(Math.min(...gaps)).toBeGreaterThan(2_000);
});

story("anyone on the board can stop it, and the numbers are those of the provider", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "15" } });
  const { priya, dale, gus, twilio } = scene;
  const review = await scene.sends(priya);
  await twilio.until(() => twilio.ledger.length >= 8, "eight texts");
  const shown = structuredClone(await scene.messageSaying("Sending"));
  const stop = shown.blocks.flatMap((block) => (block.type === "actions" ? block.elements : []))[0];
  expect(stop).toMatchObject({
    text: { text: "Stop" },
    confirm: {
      text: {
        text: "Texts that still wait when you press are not sent. Those that are on the way can't be taken back.",
      },
      style: "danger",
    },
  });
  await gus.presses("Stop", shown);
  await gus.isTold("Guests, bots and closed accounts can't do this");
  await dale.presses("Stop", shown);
  const stopped = await scene.messageSaying(
    /^Stopped: \d+ of \d+ got it or will\. (?!.*(waiting|on the way))/,
  );
  await twilio.settle();

  const total = audienceOf(["Old Town"]).phones.length;
  const taken = twilio.ledger.length;
  expect(taken).toBeLessThan(total);
  expect(new Set(twilio.ledger.map(({ to }) => to)).size).toBe(taken);
  const {
    delivered = 0,
    "not reached": failed = 0,
    "not sent": notSent = 0,
  } = numbersIn(stopped.text.split("\n")[0] ?? "");
  expect(delivered).toBe(
    twilio.ledger.filter(({ sid }) => twilio.message(sid)?.status === "delivered").length,
  );
  expect(notSent).toBe(total - twilio.requests.length);
  expect(delivered + failed + notSent).toBe(total);
  expect(stopped.text).toContain(`Stopped: ${delivered} of ${total} got it or will. ${delivered} delivered`);
  expect(stopped.ts).toBe(review.ts);
  const words = textOf(stopped.blocks);
  expect(words).toContain(`Stopped: ${delivered} of ${total} got it or will`);
  expect(words).toContain("Stopped by <@U0DALE>.");
  // Not as if all had been sent.
  expect(words).toContain(
    `Cost: about $${((delivered + failed) * 0.0128).toFixed(2)} with the carriers' fees;`,
  );
  expect(buttonsOf(stopped)).toEqual(["Who was not reached"]);
  expect(await scene.audit("stopped")).toMatchObject([{ actor: dale.id, alertId: expect.any(Number) }]);
  expect(await scene.audit("finished")).toEqual([]);
  expect(await scene.audit("refused")).toMatchObject([{ actor: gus.id, what: "stop" }]);

  // Her screen still shows the button.
  review.blocks = shown.blocks;
  await priya.presses("Stop", review);
  await priya.isTold("This alert was over already: there was nothing left to stop.");
});

/** The account breaks down at the sixth text. */
async function haltsAtSix(scene: Scene) {
  scene.plays("twilio-20003", { after: 5 });
  const review = await scene.sends(scene.priya);
  await scene.messageSaying("Halted: not everybody has been texted");
  // What was under way comes back too.
  await scene.slack.until(
    () => !/[^0-9]0 waiting/.test(review.text) && review.text.includes("waiting"),
    "the rest to wait",
  );
  return review;
}

story(
  "an account that can't send halts it; Resume tries one text, and sends the rest when that was taken",
  async () => {
    const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "100" } });
    const { priya, dale, gus, twilio } = scene;
    const review = await haltsAtSix(scene);
    const { phones, failed, delivered } = fatesIn("Old Town");
    expect(review.text).toMatch(
      /^Sending has halted\. Twilio did not accept the account's credentials.*\(20003\)\. Sent \d+ of \d+:/,
    );
    expect(textOf(review.blocks)).toContain("Nothing that waits is lost.");
    expect(await scene.audit("halted")).toMatchObject([
      { actor: "system", alertId: expect.any(Number), reason: expect.stringContaining("20003") },
    ]);
    await gus.presses("Resume", review);
    await gus.isTold("Guests, bots and closed accounts can't do this");

    // The cause is not mended yet: one text is tried, no more.
    const quiet = async () => !(await scene.statuses()).includes("sending");
    await expect.poll(quiet).toBe(true);
    const before = twilio.requests.length;
    await dale.presses("Resume", review);
    await expect.poll(async () => (await scene.audit("halted")).length).toBe(2);
    await expect.poll(quiet).toBe(true);
    expect(twilio.requests).toHaveLength(before + 1);

    scene.ends();
    const halted = await scene.messageSaying("Halted: not everybody has been texted");
    const shownHalted = structuredClone(halted.blocks);
    await priya.presses("Resume", halted);
    const done = await scene.messageSaying(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\.$/m);
    expect(done.ts).toBe(review.ts);
    expect(done.text).toContain(
      `Sent ${delivered} of ${phones.length}: ${delivered} delivered, ${failed.length} not reached.`,
    );
    expect(new Set(twilio.ledger.map(({ to }) => to)).size).toBe(twilio.ledger.length);
    expect(await scene.audit("resumed")).toMatchObject([{ actor: dale.id }, { actor: priya.id }]);
    // Her screen still shows the button.
    done.blocks = shownHalted;
    await priya.presses("Resume", done);
    await priya.isTold("This alert was resumed or stopped already.");
  },
);

story("a halted alert can be stopped instead", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "100" } });
  const review = await haltsAtSix(scene);
  await scene.ana.presses("Stop", review);
  const stopped = await scene.messageSaying(
    /^Stopped: \d+ of \d+ got it or will\.(?!.*waiting).* not sent\.$/m,
  );
  expect(textOf(stopped.blocks)).toContain("Stopped by <@U0ANA>");
  expect(await scene.audit("stopped")).toMatchObject([{ actor: scene.ana.id, notSent: expect.any(Number) }]);
});

story(
  "whoever was not reached is named in the thread, with the reason in plain words and the number to call",
  async () => {
    const scene = await openScene();
    const zones = ["North Ridge", "River Road", "Old Town", "Mill Flats"];
    const { failed } = fatesIn(...zones);
    const [hostile = ""] = failed;
    await scene.renameMembers(hostile, "<!channel> & <https://evil.example|Sons>");
    const review = await scene.sends(scene.priya, { zones });
    const told = await scene.slack.until(() => scene.thread(review)[0], "the thread", 20_000);
    const reasons: Record<string, string> = {
      landline: "a landline, or a carrier that can't be reached",
      "voice only": "not a mobile number",
      "switched off": "phone off or out of coverage",
      "out of service": "unknown number, perhaps given up",
    };
    const namesOf = (phone: string) =>
      phone === hostile
        ? members
            .filter((each) => each.phone === phone)
            .map(() => "&lt;!channel&gt; &amp; &lt;https://evil.example|Sons&gt;")
        : members.filter((each) => each.phone === phone).map(({ name }) => name.replace("&", "&amp;"));
    const [first, ...rest] = told.text.split("\n");
    const { optedOut, noMobile } = audienceOf(zones);
    expect(first).toBe(
      `Not reached: ${failed.length}, left out: ${optedOut + noMobile}. Tell them in another way.`,
    );
    const lines = rest.filter((line) => line.startsWith("•")).slice(0, failed.length);
    const zoneOf = (phone: string) => members.find((each) => each.phone === phone)?.zone;
    expect(lines.toSorted()).toEqual(
      failed
        .map((phone) => {
          const who = `${namesOf(phone).toSorted().join(", ")} · ${zoneOf(phone)} · ${written(phone)}`;
          return `• ${who}: ${reasons[natureOf(phone)]}`;
        })
        .toSorted(),
    );
    expect(told.text).not.toMatch(/\+1\d{10}|<[!@h]/);
  },
);

story("where very many were not reached, the thread names forty and says how many more", async () => {
  const scene = await openScene();
  scene.plays("twilio-21614");
  const review = await scene.sends(scene.priya, { kind: "Service notice" });
  const { phones } = audienceOf(["Old Town"]);
  const told = await scene.slack.until(() => scene.thread(review)[0], "the thread");
  expect(told.text.match(/^•/gm)).toHaveLength(40);
  expect(told.text).toContain(`Not reached: ${phones.length}.`);
  expect(told.text).toContain(`\nAnd ${phones.length - 40} more: press Whole list.`);
  expect((await scene.messageSaying(/^Sent 0 of/)).text.split("\n")[0]).toBe(
    `Sent 0 of ${phones.length}: ${phones.length} not reached.`,
  );
});

story("where carriers filter many of them, the thread says what that means", async () => {
  const scene = await openScene();
  scene.plays("twilio-30007");
  const review = await scene.sends(scene.priya);
  const told = await scene.slack.until(() => scene.thread(review)[0], "the thread");
  expect(told.text).toContain("were blocked by carriers, which take them for unwanted");
});

story("the cost is our estimate until every price is known, and then the provider's word", async () => {
  const scene = await openScene();
  const { twilio } = scene;
  await scene.sends(scene.priya, { zones: ["Mill Flats"] });
  const { failed, delivered, rejected } = fatesIn("Mill Flats");
  await scene.messageSaying(`${delivered} delivered, ${failed.length} not reached.`);
  const billed = delivered + failed.length - rejected.length;
  const estimate = `Cost: about $${(billed * 0.0128).toFixed(2)} with the carriers' fees`;
  const fromProvider = "the provider's own prices come within a day";
  await scene.messageSaying(`${estimate}; ${fromProvider}.`);
  await twilio.settle();
  await scene.letPass("1 hour");
  const areAllPriced = async () =>
    (await scene.deliveries()).every(({ sid, price }) => sid === null || price !== null);
  await eventually(areAllPriced, "all prices");
  await scene.wakeJobs();
  await scene.messageSaying(
    `Cost: $${(billed * 0.0083).toFixed(2)} by the provider's own prices; the carriers' fees may come on top.`,
  );
});
