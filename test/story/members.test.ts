// The board looks after its members in Slack: finds them, sees whether texts reach them, and changes what changes.
import { expect, test as story } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import { openScene, type Scene } from "../helpers/scene.ts";

type Person = Scene["ana"];

/** As it stands on the list of the invented co-op. */
const RUTH = { name: "Ruth Abbott", phone: "(206) 555-0101" };

async function openList(person: Person): Promise<string> {
  await person.opensHome();
  await person.seesAtHome("Members");
  await person.pressesAtHome("Members");
  return person.sees("Members");
}

/** Types, takes the first that is offered, and reads the card. */
async function finds(person: Person, typed: string): Promise<string> {
  const [first] = await person.searches("Find a member", typed);
  if (!first) throw new Error(`Nobody is found by ${typed}.`);
  await person.chooses("Find a member", first.value);
  return person.sees("Member");
}

/** What a menu in the modal on top has for this. */
function choiceCalled(person: Person, name: string): string {
  const [, value = ""] =
    new RegExp(`"text":"${name}"[^}]*},"value":"(\\w+)"`).exec(JSON.stringify(person.modal().content)) ?? [];
  return value;
}

/** Waits until the card on top says this. */
async function cardSays({ slack, ...scene }: Scene, who: "ana" | "walt", words: string | RegExp) {
  const said = () => JSON.stringify(slack.topView(scene[who].id)?.content ?? "");
  await slack.until(
    () => slack.topView(scene[who].id)?.content.title.text === "Member" && said().search(words) >= 0,
    `${who}'s card to say ${words}`,
  );
  return scene[who].sees("Member");
}

story("an admin finds somebody by any of their marks, and reads their card", async () => {
  const scene = await openScene();
  const { ana, priya, audit } = scene;
  await scene.sends(priya, { zones: ["North Ridge"], message: "Boil your water." });
  await scene.messageSaying(/Sent \d+ of \d+: \d+ delivered/);
  for (let n = 1; n <= 15; n++)
    await scene.twilio.reply("+12065550101", n === 1 ? "The very first" : `Text number ${n}`);
  await scene.twilio.reply("+12065550101", "Is it *safe* now?");

  await openList(ana);
  const found = async (typed: string) => (await ana.searches("Find a member", typed)).map(({ text }) => text);
  expect((await found("abbott ruth"))[0]).toMatch(/^Ruth Abbott · /);
  expect((await found("206 555-0101"))[0]).toMatch(/^Ruth Abbott · /);
  expect(await found("mill flats")).toHaveLength(20);
  expect(await found("nobody at all")).toEqual([]);

  const card = await finds(ana, "ruth abb");
  expect(card).toMatch(/Ruth Abbott\nAccount \S+ · North Ridge/);
  expect(card).toContain("Texts reach them.");
  expect(card).toContain(RUTH.phone);
  expect(card).toContain("Consent: nothing is known of it.");
  expect(card).toMatch(/\*Emergency\*.*to \(206\) 555-0101: \*delivered\*\n>Boil your water\./);
  expect(card).toContain("Is it *safe* now?");
  expect(await audit("viewed members")).toHaveLength(1);
  expect(await audit("viewed member")).toEqual([expect.objectContaining({ actor: ana.id })]);

  await ana.pressesInModal("All that was sent");
  expect(await ana.sees("What was sent")).toContain("*delivered*");
  await scene.slack.close(ana.id, ana.modal().id);
  await ana.pressesInModal("All they wrote");
  const written = await ana.sees("What they wrote");
  expect(written).toContain("Is it *safe* now?");
  expect(written).not.toContain("The very first");
  await ana.pressesInModal("Older");
  await scene.slack.until(
    () => JSON.stringify(ana.modal().content).includes("The very first"),
    "the first of them",
  );
  expect(await ana.sees("What they wrote")).not.toContain("Is it *safe* now?");
  await scene.slack.close(ana.id, ana.modal().id);
  await ana.pressesInModal("Who changed what");
  expect(await ana.sees("Who changed what")).toContain("Nothing was changed since they came onto the list.");

  // No fourth window has room: what is to be said is said directly.
  await scene.slack.close(ana.id, ana.modal().id);
  await ana.pressesInModal("All they wrote");
  await ana.sees("What they wrote");
  await scene.removeFromBoard(ana);
  await ana.pressesInModal("Older");
  await scene.slack.until(
    () => scene.slack.directMessages(ana.id).some(({ text }) => text.includes("not on the board's list")),
    "ana to be told",
  );

  // Neither an operator nor a viewer has a way in.
  await priya.opensHome();
  expect(await priya.seesAtHome("Write an alert")).not.toContain("Members");
});

story("pages stay put while others change the list, and show one zone, or who has left", async () => {
  const scene = await openScene();
  const { ana, walt, slack } = scene;
  const first = await openList(ana);
  const names = (text: string) => [...text.matchAll(/^\*(.+?)\*$/gm)].map(([, name]) => name);
  expect(names(first)).toHaveLength(20);
  await ana.pressesInModal("Next page");
  await slack.until(
    () => !JSON.stringify(ana.modal().content).includes(`*${names(first)[0]}*`),
    "the next page",
  );
  const second = await ana.sees("Members");
  await ana.pressesInModal("First page");
  await slack.until(
    () => JSON.stringify(ana.modal().content).includes(`*${names(first)[0]}*`),
    "the first page",
  );

  // Somebody before it goes, and somebody comes in before it.
  await openList(walt);
  await walt.pressesInModal("Open");
  await walt.sees("Member");
  await walt.pressesInModal("Left the co-op");
  await cardSays(scene, "walt", "Marked as having left");
  await scene.addMember("Old Town", { name: "Aaron Aardvark", phone: "+12065550170" });
  await ana.pressesInModal("Next page");
  await slack.until(
    () => !JSON.stringify(ana.modal().content).includes(`*${names(first)[1]}*`),
    "the next page",
  );
  expect(names(await ana.sees("Members"))).toEqual(names(second));

  await ana.chooses("Show", "left");
  await slack.until(() => JSON.stringify(ana.modal().content).includes("Left the co-op"), "who left");
  expect(names(await ana.sees("Members"))).toEqual([names(first)[0]]);
  await ana.chooses("Show", choiceCalled(ana, "Mill Flats"));
  await slack.until(() => JSON.stringify(ana.modal().content).includes("Mill Flats ·"), "the zone");
  expect(await ana.sees("Members")).not.toMatch(/· (Old Town|North Ridge) ·/);
  // What was changed on the card shows on the list below it.
  await slack.close(walt.id, walt.modal().id);
  expect(names(await walt.sees("Members"))).not.toContain(names(first)[0]);
});

story("a member is added, changed and moved, with numbers and with what they have agreed to", async () => {
  const scene = await openScene();
  const { ana, slack } = scene;
  await openList(ana);
  await ana.pressesInModal("Add a member");
  await ana.sees("Add a member");
  const typed = { Name: "Hill <School> & Gym", Zone: "All zones: they get what goes to any zone" };
  const refused = await ana.submits({ ...typed, "Mobile number": "555-0171" });
  expect(refused.errors).toEqual({ about: expect.stringContaining("Without an account") });
  const again = await ana.submits({ "What they are": "a school" });
  expect(again.errors).toEqual({ phone: expect.stringContaining("area code is missing") });
  await ana.submits({ "Mobile number": "(206) 555-0171" });
  const added = await cardSays(scene, "ana", "Added");
  expect(added).toContain("Hill <School> & Gym");
  expect(added).toMatch(/\*No account:\* a school · in all zones/);

  await ana.pressesInModal("Change");
  await ana.sees("Change a member");
  expect((await ana.submits({ Name: " " })).errors).toEqual({ name: "There is no name." });
  await ana.submits({ Name: "Hill School", Language: "es" });
  expect(await cardSays(scene, "ana", "Changed")).toContain("language: es");
  await ana.pressesInModal("Move to a zone");
  await ana.sees("Move to a zone");
  await ana.submits({ Zone: "Mill Flats" });
  await cardSays(scene, "ana", "Moved");

  await ana.pressesInModal("Add a number");
  await ana.sees("Add a number");
  const half = await ana.submits({
    "Mobile number": "206 555 0172",
    "How did they agree to texts?": "letter",
  });
  expect(half.errors).toEqual({ words: "Say how you know it, and what they said." });
  await ana.submits({ "In their words, or what they signed": "Yes, *please*" });
  const second = await cardSays(scene, "ana", "The number was added");
  expect(second).toMatch(/Consent: letter, “Yes, \*please\*”, .*written down by <@U0ANA>/);
  await ana.pressesInModal("Change number");
  await ana.sees("Change a number");
  await ana.submits({ "Mobile number": "206 555 0173" });
  await cardSays(scene, "ana", /0173/);
  await ana.pressesInModal("Opt out");
  await ana.sees("Opt out");
  await ana.submits({ "How did they say it?": "letter", "In their words": "No more" });
  await cardSays(scene, "ana", "Opted out. Their numbers get no more texts");
  const theirs = async () =>
    (await scene.optOuts()).map(({ phone }) => phone).filter((phone) => /017/.test(phone));
  expect(await theirs()).toEqual(["+12065550172", "+12065550173"]);
  await ana.pressesInModal("Opt-out was wrong");
  await ana.sees("An opt-out was wrong");
  await ana.submits({ "How do you know?": "letter", "Why it was wrong": "Only the other one" });
  await cardSays(scene, "ana", "Put right");
  expect(await theirs()).toEqual(["+12065550173"]);
  await ana.pressesInModal("Remove", 1);
  expect(await cardSays(scene, "ana", "The number was removed")).not.toContain("0173");
  await ana.pressesInModal("Consent");
  await ana.sees("Consent to texts");
  await ana.submits({
    "How did they agree to texts?": "in person",
    "In their words, or what they signed": "Fine",
  });
  await cardSays(scene, "ana", "Consent: in person, “Fine”");

  await ana.pressesInModal("Who changed what");
  const changes = await ana.sees("Who changed what");
  expect(changes).toMatch(
    /Member changed \(name: Hill &lt;School&gt; &amp; Gym → Hill School; language: none → es\)/,
  );
  expect(changes).toContain("Member moved (zone: All zones → Mill Flats)");
  expect(changes.match(/<@U0ANA>/g)).toHaveLength(10);
  await slack.close(ana.id, ana.modal().id);
  await slack.close(ana.id, ana.modal().id);
  const list = await ana.searches("Find a member", "hill school");
  expect(list).toHaveLength(1);
});

story(
  "two admins change the same member: the second is told by whom and when, and keeps their words",
  async () => {
    const scene = await openScene();
    const { ana, walt, slack } = scene;
    for (const admin of [ana, walt]) {
      await openList(admin);
      await finds(admin, "ruth abb");
      await admin.pressesInModal("Change");
      await admin.sees("Change a member");
    }
    await ana.submits({ Language: "es" });
    await cardSays(scene, "ana", "Changed");
    const { errors } = await walt.submits({ Name: "Ruth Abbott-Hall" });
    expect(errors?.language).toMatch(
      /^Ana Ortiz was faster, and changed this member on .*Nothing was changed by you\./,
    );
    await slack.close(walt.id, walt.modal().id);
    await cardSays(scene, "walt", "language: es");
    await walt.pressesInModal("Change");
    await walt.sees("Change a member");
    await walt.submits({ Name: "Ruth Abbott-Hall" });
    expect(await cardSays(scene, "walt", "Ruth Abbott-Hall")).toContain("language: es");
    // A button of a card that is not true any more.
    await ana.pressesInModal("Left the co-op");
    expect(await ana.sees("Headgate")).toMatch(/Walt Lindqvist was faster, and changed this member/);
    await slack.close(ana.id, ana.modal().id);
    await cardSays(scene, "ana", "Ruth Abbott-Hall");
    await walt.pressesInModal("Change number");
    await walt.sees("Change a number");
    await walt.submits({ "Mobile number": "206 555 0176" });
    await cardSays(scene, "walt", "The number was changed");
    await ana.pressesInModal("Change number");
    expect(await ana.sees("Headgate")).toMatch(/Walt Lindqvist was faster/);
    await slack.close(ana.id, ana.modal().id);
    await cardSays(scene, "ana", "555-0176");
  },
);

story(
  "opted out by hand in their words, and put right; what the provider blocks only they can undo",
  async () => {
    const scene = await openScene();
    const { ana, priya, twilio } = scene;
    await openList(ana);
    await finds(ana, "ruth abb");
    const optsOut = async () => {
      await ana.pressesInModal("Opt out");
      await ana.sees("Opt out");
      expect(
        (await ana.submits({ "How did they say it?": "phone call", "In their words": " " })).errors,
      ).toEqual({
        words: "Say how you know it, and what they said.",
      });
      await ana.submits({ "How did they say it?": "phone call", "In their words": "Leave me in peace!" });
      return cardSays(scene, "ana", "Opted out. This number gets no more texts");
    };
    expect(await optsOut()).toMatch(
      /No text reaches them:\* they opted out.*It opted out on .*: phone call\./s,
    );
    expect(await scene.optOuts()).toContainEqual({ phone: "+12065550101", source: "by hand: phone call" });
    await scene.sends(priya, { zones: ["North Ridge"] });
    await scene.messageSaying(/Sent \d+ of \d+: \d+ delivered/);
    expect(twilio.requests.map(({ to }) => to)).not.toContain("+12065550101");

    await ana.pressesInModal("Opt-out was wrong");
    await ana.sees("An opt-out was wrong");
    await ana.submits({ "How do you know?": "phone call", "Why it was wrong": "It was her neighbor" });
    await cardSays(scene, "ana", "Put right: texts go there again");

    // In the meantime they text STOP: then only they can undo it.
    await optsOut();
    await ana.pressesInModal("Opt-out was wrong");
    await ana.sees("An opt-out was wrong");
    await twilio.reply("+12065550101", "STOP");
    await eventually(
      async () => (await scene.optOuts()).some(({ source }) => source === "sms STOP"),
      "the STOP",
    );
    await ana.submits({ "How do you know?": "phone call", "Why it was wrong": "It was her neighbor" });
    expect(await ana.sees("Headgate")).toContain("Tell them: “From this phone, please text START to");
    await scene.slack.close(ana.id, ana.modal().id);
    const card = await cardSays(scene, "ana", "only they can undo it");
    expect(card).not.toContain("Opt-out was wrong");
    expect(card).toMatch(/they texted STOP\..*Tell them: “From this phone/);
  },
);

story(
  "who is erased is asked about twice, and is found nowhere; their account comes back only on purpose",
  async () => {
    const scene = await openScene();
    const { ana, walt, twilio, audit, slack } = scene;
    await twilio.reply("+12065550101", "Ruth here: is it safe?");
    await slack.until(
      () => slack.messages(ana.id).some(({ text }) => text.includes("is it safe")),
      "the text",
    );
    await openList(ana);
    const [account = ""] = /Account (\S+)/.exec(await finds(ana, "ruth abb"))?.slice(1) ?? [];
    await openList(walt);
    await finds(walt, "ruth abb");
    await ana.pressesInModal("Erase");
    await ana.sees("Erase a member");
    const wrong = await ana.submits({ "Their name, as it stands above": "Ruth" });
    expect(wrong.errors?.name).toContain("Nothing was changed");
    await ana.submits({ "Their name, as it stands above": "ruth  abbott" });
    expect(await ana.sees("Erased")).toContain("Of what was sent the texts, times and counts stay");
    expect(await audit("member erased")).toHaveLength(1);
    await slack.until(
      () => !JSON.stringify(slack.messages(ana.id)).includes("is it safe"),
      "their words to be gone from Slack",
    );
    expect(JSON.stringify(await scene.everything("status_callbacks"))).not.toContain("Ruth Abbott");
    await walt.pressesInModal("Change");
    expect(await walt.sees("Headgate")).toContain("not on the list any more");
    await slack.close(ana.id, ana.modal().id);
    await ana.sees("Members");
    expect(await ana.searches("Find a member", "ruth abb")).toEqual([]);

    await ana.pressesInModal("Add a member");
    await ana.sees("Add a member");
    await ana.submits({ Name: "Ruth Abbott", "Account number": account, Zone: "North Ridge" });
    expect(await ana.sees("Add a member")).toContain("Whoever had this account was erased");
    await ana.submits({ "Are they back?": ["They are a member again, and know of it"] });
    expect(await cardSays(scene, "ana", "Added")).toContain(`Account ${account}`);
  },
);
