// Who is left out and who was not reached: named at the review, at the end, and in a file.
import { parse } from "csv-parse/sync";
import { describe, expect, test as story } from "vitest";
import { z } from "zod";
import { writePhone } from "../../src/members/phone.ts";
import { members, optedOut } from "../../src/practice/co-op/people.ts";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { openScene, type Scene, textOf } from "../helpers/scene.ts";

const EVERYWHERE = ["North Ridge", "River Road", "Old Town", "Mill Flats"];
const escaped = (text: string) => text.replaceAll("&", "&amp;");
const written = (phone: string) => `(${phone.slice(2, 5)}) ${phone.slice(5, 8)}-${phone.slice(8)}`;

/** From the co-op's own list, by hand: the line of each member of these zones who has no mobile or opted out. */
const linesOfLeftOut = (zones: readonly string[]) =>
  members
    .filter(({ zone, phone }) => zones.includes(zone) && (phone === "" || optedOut.includes(phone)))
    .toSorted((a, b) => (a.zone === b.zone ? (a.name < b.name ? -1 : 1) : a.zone < b.zone ? -1 : 1))
    .map(({ name, zone, phone }) =>
      phone === ""
        ? `• ${escaped(name)} · ${zone}: without a mobile number`
        : `• ${escaped(name)} · ${zone} · ${written(phone)}: opted out`,
    );
const linesIn = (words: string) => words.split("\n").filter((line) => line.startsWith("•"));

type Person = Scene["priya"];

/** A page of the list, once it is open or has turned. */
async function opens(person: Person, message: Message, button: string): Promise<string> {
  await person.presses(button, message);
  return person.sees(button === "Whole list" ? "Who was not reached" : button);
}
async function turns(scene: Scene, person: Person, button: string): Promise<string> {
  const before = textOf(person.modal().content.blocks);
  await person.pressesInModal(button);
  return scene.slack.until(() => {
    const now = textOf(person.modal().content.blocks);
    return now !== before && now;
  }, `another page by ${button}`);
}

const finished = (scene: Scene) => scene.messageSaying(/^Sent \d+ of \d+: (?!.*(on the way|waiting))/);

describe("at the review", () => {
  story("the button names each with zone, number and reason, to anybody on the board", async () => {
    const scene = await openScene();
    const review = await scene.reviews(scene.priya, { zones: EVERYWHERE });
    for (const person of [scene.priya, scene.june]) {
      const words = await opens(person, review, "Who is left out");
      expect(linesIn(words)).toEqual(linesOfLeftOut(EVERYWHERE));
      // Nothing is sent yet, so nobody "was" left out.
      expect(words).toContain("*Left out: 7 opted out, 8 without a mobile number.*");
      expect(words).not.toMatch(/\+1\d{10}|\(\d{5}\)/);
    }
    expect(await scene.audit("viewed unreached")).toEqual(
      [scene.priya, scene.june].map(({ id }) => ({ actor: id, alertId: 1 })),
    );
    await scene.gus.presses("Who is left out", review);
    await scene.gus.isTold("Guests, bots and closed accounts can't do this");
    expect(scene.slack.topView(scene.gus.id)).toBeUndefined();
  });

  story("many are read page by page, and back", async () => {
    const scene = await openScene();
    for (let n = 10; n < 60; n++) {
      const phone = `+14255550${n}0`;
      await scene.addMember("Mill Flats", { name: `Neighbor ${n}`, phone });
      await scene.makeUnusable(phone);
    }
    const review = await scene.reviews(scene.priya, { zones: ["Mill Flats"] });
    const first = await opens(scene.priya, review, "Who is left out");
    expect(linesIn(first)).toHaveLength(40);
    const second = await turns(scene, scene.priya, "Next");
    const all = [...linesIn(first), ...linesIn(second)];
    expect(all).toHaveLength(50 + linesOfLeftOut(["Mill Flats"]).length);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toContain("• Neighbor 34 · Mill Flats · (425) 555-0340: with a number that can't get texts");
    expect(second).not.toContain("Next");
    expect(await turns(scene, scene.priya, "Back to the first")).toBe(first);
  });
});

story("where a text was sent to all of its phones, it still says who was left out", async () => {
  const scene = await openScene();
  await scene.addZone("Dry Gulch", ["+14255550171", "+14255550172"]);
  await scene.addMember("Dry Gulch", { name: "Hattie Voss", phone: "+14255550173" });
  await scene.addMember("Dry Gulch", { name: "<!channel> Earl", phone: "+14255550174" });
  await scene.makeUnusable("+14255550173");
  await scene.twilio.reply("+14255550174", "STOP");
  const review = await scene.sends(scene.priya, { zones: ["Dry Gulch"] });
  const done = await scene.messageSaying(/^Sent 2 of 2: 2 delivered\.$/m);
  const leftOut = "2 were left out: 1 opted out, 1 with a number that can't get texts.";
  expect(done.text).toBe(`Sent 2 of 2: 2 delivered.\n${leftOut}`);
  expect(textOf(done.blocks)).toContain("Sent to 2 of 2, 2 left out");
  expect(textOf(done.blocks)).toContain(`*Sent 2 of 2: 2 delivered.*\n${leftOut}`);

  // An emergency ends with their names, though every text arrived.
  const told = await scene.slack.until(() => scene.thread(review)[0], "the thread");
  expect(told.text).toContain("Left out: 2. Tell them in another way.");
  expect(linesIn(told.text)).toEqual([
    "• &lt;!channel&gt; Earl · Dry Gulch · (425) 555-0174: opted out",
    "• Hattie Voss · Dry Gulch · (425) 555-0173: with a number that can't get texts",
  ]);

  // It is as it was then, whatever they do since.
  await scene.twilio.reply("+14255550174", "START");
  expect(linesIn(await opens(scene.dale, done, "Who was left out"))).toEqual(linesIn(told.text));
  // By the time that the next one has been told of, this one has been looked at often.
  const safe = "Mill Creek Water Co-op: your water is safe again.";
  const next = await scene.sends(scene.priya, { zones: ["Dry Gulch"], message: safe });
  await scene.slack.until(() => scene.thread(next)[0], "the thread of the next");
  expect(scene.thread(review)).toHaveLength(1);
});

story(
  "a meeting's thread does not name who was left out; its message counts them, and lists them",
  async () => {
    const scene = await openScene();
    await scene.addZone("Dry Gulch", ["+14255550171"]);
    await scene.addMember("Dry Gulch", { name: "Hattie Voss", phone: "+14255550173" });
    await scene.makeUnusable("+14255550173");
    const review = await scene.sends(scene.priya, { zones: ["Dry Gulch"], kind: "Meeting" });
    const done = await scene.messageSaying(/^Sent 1 of 1: 1 delivered\.$/m);
    expect(done.text).toContain("1 was left out: 1 with a number that can't get texts.");
    expect(await opens(scene.priya, done, "Who was left out")).toContain("• Hattie Voss · Dry Gulch");
    await scene.wakeJobs();
    expect(scene.thread(review)).toEqual([]);
  },
);

describe("who was not sent it is named in the thread, with the reason:", () => {
  story("what expired", async () => {
    const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "3" } });
    const review = await scene.sends(scene.priya, { zones: ["Old Town"] });
    await scene.twilio.until(() => scene.twilio.ledger.length >= 3, "three texts");
    await scene.letDeadlinePass();
    const done = await finished(scene);
    const [, expired] = /(\d+) not sent \(too late to send\)/.exec(done.text) ?? [];
    const told = await scene.slack.until(() => scene.thread(review)[0], "the thread", 20_000);
    expect(told.text).toContain(`ot sent: ${expired}, left out: 3. Tell them in another way.`);
    const lines = linesIn(told.text);
    expect(lines).toHaveLength(40);
    expect(lines.at(-1)).toMatch(/^• .+ · Old Town · \(\d{3}\) 555-\d{4}: it was too late to send it$/);
    const first = await opens(scene.june, told, "Whole list");
    const rest = await turns(scene, scene.june, "Next");
    const all = [...linesIn(first), ...linesIn(rest)];
    expect(all.filter((line) => line.endsWith("it was too late to send it"))).toHaveLength(Number(expired));
    expect(all.slice(-3)).toEqual(linesOfLeftOut(["Old Town"]));
  });

  story("what was stopped, and whoever opted out while it was sent", async () => {
    const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "1" } });
    const phones = Array.from({ length: 12 }, (_, n) => `+14255550${160 + n}`);
    await scene.addZone("Dry Gulch", phones);
    const review = await scene.sends(scene.priya, { zones: ["Dry Gulch"], kind: "Other" });
    await scene.twilio.until(() => scene.twilio.ledger.length >= 1, "a text");
    const [, , , fourth = ""] = phones;
    await scene.twilio.reply(fourth, "STOP");
    await scene.slack.until(() => review.text.includes("opted out meanwhile"), "the opt-out", 20_000);
    await scene.dale.presses("Stop", await scene.messageSaying("Sending"));
    const told = await scene.slack.until(() => scene.thread(review).at(-1), "the thread", 20_000);
    const lines = linesIn(told.text);
    expect(told.text).toContain(`Not sent: ${lines.length}. Tell them in another way.`);
    expect(lines[0]).toBe(`• Member 4 · Dry Gulch · ${written(fourth)}: opted out before it was sent`);
    expect(lines.at(-1)).toBe("• Member 12 · Dry Gulch · (425) 555-0171: the alert was stopped");
  });

  story("in one message, which is written anew, as after Try again", async () => {
    const scene = await openScene();
    const [off = "", ...others] = ["+14255550171", "+14255550172", "+14255550173"];
    await scene.addZone("Dry Gulch", [off, ...others]);
    await scene.addMember("Dry Gulch", { name: "Earl", phone: "+14255550179" });
    await scene.makeUnusable("+14255550179");
    scene.twilio.phones.get(off).nature = "switched off";
    const review = await scene.sends(scene.priya, { zones: ["Dry Gulch"] });
    await scene.messageSaying(/^Sent 2 of 3: 2 delivered, 1 not reached\.$/m);
    const told = await scene.slack.until(() => scene.thread(review)[0], "the thread");
    expect(told.text).toContain("Not reached: 1, left out: 1. Tell them in another way.");

    await scene.twilio.reply(off, "STOP");
    await scene.priya.presses("Try 1 again", told);
    await scene.messageSaying(/^Sent 2 of 3: 2 delivered, 1 not sent \(opted out meanwhile\)\.$/m);
    const lists = () => scene.thread(review).filter(({ text }) => text.includes("Tell them in another way."));
    const again = await scene.slack.until(
      () => lists().find(({ text }) => text.includes("Not sent: 1, left out: 1.")),
      "the list to be written anew",
    );
    expect(again.ts).toBe(told.ts);
    expect(linesIn(again.text)).toEqual([
      `• Member 1 · Dry Gulch · ${written(off)}: opted out before it was sent`,
      "• Earl · Dry Gulch · (425) 555-0179: with a number that can't get texts",
    ]);
    expect(again.text).not.toContain("Try 1 again");
    await scene.wakeJobs();
    expect(lists()).toHaveLength(1);
  });
});

describe("as a file", () => {
  const readFile = (content: Buffer | undefined) =>
    z.array(z.record(z.string(), z.string())).parse(parse(content ?? "", { bom: true, columns: true }));

  story("the author and admins have it, with whole numbers; anybody else is refused, on record", async () => {
    const scene = await openScene();
    const { priya, ana, dale, slack } = scene;
    await scene.sends(priya, { zones: ["Mill Flats"] });
    const done = await finished(scene);
    for (const person of [priya, ana]) {
      await opens(person, done, "Who was not reached");
      await person.pressesInModal("Send me the list as a file");
      expect(await person.sees("Headgate")).toContain("on its way to you as a direct message");
      const { files, text } = await slack.until(
        () => slack.directMessages(person.id).find((message) => message.files.length > 0),
        "the file",
      );
      expect(text).toContain("keep it safe");
      expect(files.map(({ name }) => name)).toEqual(["not-reached-by-alert-1.csv"]);
      const rows = readFile(files[0]?.content);
      expect(rows.filter(({ outcome }) => outcome === "left out")).toHaveLength(
        linesOfLeftOut(["Mill Flats"]).length,
      );
      for (const row of rows) {
        const [account = ""] = row.account?.split(", ") ?? [];
        const member = members.find((each) => each.account === account);
        expect(row.phone).toBe(member?.phone && writePhone(member.phone));
        expect(row.zone).toBe(member?.zone);
      }
      expect(rows.filter(({ reason }) => reason === "not a mobile number")).toHaveLength(1);
    }
    expect(await opens(dale, done, "Who was not reached")).not.toContain("as a file");
    // The same press, but as if it came from Dale.
    const press = slack.requests
      .flatMap(({ body }) => new URLSearchParams(body).get("payload") ?? [])
      .find((payload) => payload.includes('"action_id":"unreached-export"') && payload.includes(priya.id));
    await slack.send({ payload: press?.replaceAll(priya.id, dale.id) ?? "" });
    expect(await scene.audit("refused")).toMatchObject([
      { actor: dale.id, alertId: 1, what: "unreached-export", why: "not the author" },
    ]);
    expect(slack.directMessages(dale.id).flatMap(({ files }) => files)).toEqual([]);
    expect((await scene.audit("exported")).map(({ actor }) => actor)).toEqual([priya.id, ana.id]);
  });
});
