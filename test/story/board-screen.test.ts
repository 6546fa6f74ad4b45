// The board looks after its people in Slack: who is on it, as what, and at which phone an alarm reaches them.
import { expect, test as story } from "vitest";
import { channels } from "../../src/practice/co-op/people.ts";
import { openScene, type Scene, textOf } from "../helpers/scene.ts";

type Somebody = Scene["ana"];

async function opensBoard(admin: Somebody): Promise<string> {
  await admin.seesAtHome("Board");
  await admin.pressesAtHome("Board");
  return admin.sees("Board");
}

const reader = ({ slack }: Scene) => ({
  /** Waits until the window on top is called so, and says this. */
  reads: async (admin: Somebody, title: string, words: string) => {
    await admin.sees(title);
    return slack.until(() => {
      const text = textOf(admin.modal().content.blocks);
      return text.includes(words) ? text : undefined;
    }, `${words}, in ${title}`);
  },
  closes: ({ id, modal }: Somebody) => slack.close(id, modal().id),
});

/** In the order in which they were added: Ana, Walt, Priya, Dale, June. */
const opensPerson = async (admin: Somebody, nth: number) => {
  await admin.pressesInModal("Change", nth);
  return admin.sees("On the board");
};

const BROKEN = { Zones: ["River Road"], Kind: "Emergency", Message: "Mill Creek: the main is broken." };

story("an admin adds whoever may act, as what they choose; all others are refused with why", async () => {
  const scene = await openScene();
  const { ana, rick, gus, cody, dale, slack, audit } = scene;
  const { reads } = reader(scene);
  const list = await opensBoard(ana);
  expect(list).toContain("*5 people on the board's list*");
  expect(list).toContain("<@U0ANA> (you)\nAdmin; phone for alarms not proven yet");
  expect(list).toContain("<@U0PRIYA>\nOperator\n");

  await ana.pressesInModal("Add somebody");
  expect(await ana.sees("Add somebody")).toContain("Reads the log, and sends nothing.");
  const adds = async (person: Somebody, Role: string) => {
    const { errors } = await ana.submits({ Who: person.id, Role });
    return Object.values(errors).join();
  };
  expect(await adds(gus, "Operator")).toMatch(/^They were not added: they are a guest, and guests can't/);
  expect(await adds(cody, "Admin")).toMatch(/^They were not added: they belong to another workspace/);
  expect(await adds(dale, "Viewer")).toMatch(
    /^They are on the board already, as operator\. Nothing was changed/,
  );
  scene.plays("slack-internal_error", { method: "users.info" });
  expect(await adds(rick, "Viewer")).toMatch(/^Slack does not tell just now who they are/);
  scene.ends();
  expect(await audit("board member added")).toHaveLength(5);

  await rick.opensHome();
  await rick.seesAtHome("Ask to be added");
  expect(await adds(rick, "Viewer")).toBe("");
  expect(await reads(ana, "Board", "<@U0RICK>")).toContain("*6 people on the board's list*");
  await rick.seesAtHome("You read the log; you send nothing.");
  expect((await audit("board member added")).at(-1)).toMatchObject({ actor: ana.id, role: "viewer" });
  expect(slack.topView(rick.id)).toBeUndefined();

  for (let nth = 0; nth < 36; nth += 1) await scene.putOnBoard({ id: `U0MANY${nth}` }, "viewer");
  await slack.close(ana.id, ana.modal().id);
  expect(await opensBoard(ana)).toContain("*42 people on the board's list* (1 to 40)");
  await ana.pressesInModal("Next");
  expect(await reads(ana, "Board", "(41 to 42)")).toContain("<@U0MANY35>\nViewer");
  await ana.pressesInModal("Back to the first");
  await reads(ana, "Board", "(1 to 40)");
});

story("who is made a viewer, or removed, has nothing left to send; the second admin is told", async () => {
  const scene = await openScene();
  const { ana, walt, priya, dale, twilio, audit } = scene;
  const { reads, closes } = reader(scene);
  await scene.reviews(priya);
  const hers = await scene.messageSaying("boil your water");
  await scene.reviews(dale, { message: "Mill Creek Water Co-op: the water is off." });
  for (const author of [priya, dale]) {
    await author.runs("/alert");
    await author.sees("New alert");
  }
  await opensBoard(walt);
  await opensPerson(walt, 2);

  await opensBoard(ana);
  expect(await opensPerson(ana, 2)).toContain(
    "As a viewer they send no more. 1 open review of theirs lapses.",
  );
  await ana.submits({ Role: "Viewer" });
  expect(await reads(ana, "Board", "<@U0PRIYA>\nViewer")).toContain("<@U0DALE>\nOperator");
  await priya.seesAtHome("You read the log; you send nothing.");
  await scene.slack.until(
    () => textOf(hers.blocks).includes("Discarded: nothing was sent"),
    "her review to lapse",
  );
  const refused = await priya.submits(BROKEN);
  expect(Object.values(refused.errors).join()).toMatch(/^Only operators and admins can do this/);

  const second = await walt.submits({ Role: "Admin" });
  expect(second.errors.role).toMatch(
    /^They are a viewer by now\. Ana Ortiz did that on .*Nothing was changed by you/,
  );
  await closes(walt);
  await reads(walt, "Board", "<@U0PRIYA>\nViewer");
  await opensPerson(walt, 3);

  await opensPerson(ana, 3);
  await ana.pressesInModal("Remove from the board");
  expect(await reads(ana, "Headgate", "off the board")).toBe(
    "Dale O'Connor is off the board. 1 open review of theirs was discarded, and not sent.",
  );
  await closes(ana);
  expect(await reads(ana, "Board", "*4 people on the board's list*")).not.toContain("<@U0DALE>");
  await dale.seesAtHome("You are not on the board's list.");
  expect(Object.values((await dale.submits(BROKEN)).errors).join()).toMatch(
    /^You are not on the board's list/,
  );
  await walt.pressesInModal("Remove from the board");
  expect(await walt.sees("Headgate")).toMatch(
    /^They are not on the board's list any more\. Ana Ortiz did that on .*Nothing was changed by you\.$/,
  );
  expect(await audit("discarded")).toHaveLength(2);
  expect(twilio.requests).toEqual([]);
});

story("the last admin stays; whoever gives the right away sees the list no more", async () => {
  const scene = await openScene();
  const { ana, walt, audit } = scene;
  const { reads, closes } = reader(scene);
  await opensBoard(ana);
  await opensPerson(ana, 1);
  await ana.submits({ Role: "Operator" });
  await reads(ana, "Board", "There is only one admin.");
  await ana.seesAtHome("You are the only admin.");
  await scene.slack.until(() => !walt.homeText()?.includes("Board"), "his Home to be an operator's");

  await opensPerson(ana, 0);
  const { errors } = await ana.submits({ Role: "Viewer" });
  expect(errors.role).toMatch(/^They are the last admin who can act.*Nothing was changed by you\.$/);
  await ana.pressesInModal("Remove from the board");
  expect(await ana.sees("Headgate")).toMatch(/^They are the last admin who can act/);
  await closes(ana);
  await closes(ana);

  await opensPerson(ana, 2);
  await ana.submits({ Role: "Admin" });
  await reads(ana, "Board", "<@U0PRIYA>\nAdmin");
  await opensPerson(ana, 0);
  await ana.submits({ Role: "Operator" });
  await reads(ana, "Headgate", "You are no admin any more");
  await scene.slack.until(() => !ana.homeText()?.includes("Zones"), "her Home to be an operator's");
  expect(await audit("role changed")).toHaveLength(3);
});

story("an admin proves the phone that alarms go to", async () => {
  const scene = await openScene();
  const { ana, twilio } = scene;
  const { reads } = reader(scene);
  const OWN = "+12065550191";
  await opensBoard(ana);
  const codeAt = async (phone: string, nth: number) => {
    const texts = () => twilio.requests.filter(({ to }) => to === phone);
    const text = await twilio.until(() => texts()[nth], "the code");
    return /: (\d{6}) is your code/.exec(text.body)?.[1] ?? "";
  };
  await ana.pressesInModal("My phone for alarms");
  expect(await ana.sees("My phone for alarms")).toContain("Practice");
  expect((await ana.submits({ "Your mobile number": "555" })).errors.phone).toContain("too short");
  const optedOut = (await scene.optOuts())[0]?.phone ?? "";
  expect((await ana.submits({ "Your mobile number": optedOut })).errors.phone).toMatch(
    /^The code was not sent: your phone has opted out/,
  );

  // The provider refuses it, and nobody waits for a text that does not come.
  scene.plays("twilio-21614", { times: 1 });
  await ana.submits({ "Your mobile number": OWN });
  await reads(ana, "My phone for alarms", "The code was not sent: your number can't get texts.");

  await ana.submits({ "Your mobile number": "(206) 555-0192" });
  await reads(ana, "My phone for alarms", "A code of six digits is on its way");
  await ana.pressesInModal("Another code or number");
  await reads(ana, "My phone for alarms", "A code is texted there first");
  await ana.submits({ "Your mobile number": OWN });
  await reads(ana, "My phone for alarms", "… 0191");
  const code = await codeAt(OWN, 1);
  const wrong = code === "000000" ? "111111" : "000000";
  const first = await ana.submits({ "The code": wrong });
  expect(first.errors.code).toBe("That is not the code. You can try 4 more times: look at the newest text.");
  for (const _ of [2, 3, 4]) await ana.submits({ "The code": wrong });
  for (const typed of [wrong, code])
    expect((await ana.submits({ "The code": typed })).errors.code).toMatch(/^This code is not good any more/);

  // Somebody who mistypes five times within half a minute gets a new one.
  await ana.pressesInModal("Another code or number");
  await reads(ana, "My phone for alarms", "A code is texted there first");
  await ana.submits({ "Your mobile number": OWN });
  const last = await codeAt(OWN, 2);
  await ana.pressesInModal("Another code or number");
  await reads(ana, "My phone for alarms", "A code is texted there first");
  await ana.submits({ "Your mobile number": OWN });
  await reads(ana, "My phone for alarms", "A code was texted to this phone a moment ago.");
  expect((await ana.submits({ "The code": last })).errors).toEqual({});
  expect(await ana.sees("Headgate")).toContain("(206) 555-0191 is your phone for alarms now.");
  await scene.slack.close(ana.id, ana.modal().id);
  await reads(ana, "Board", "<@U0ANA> (you)\nAdmin; phone for alarms proven");
  await ana.pressesInModal("My phone for alarms");
  expect(await ana.sees("My phone for alarms")).toContain(
    "Alarms go to (206) 555-0191, which you have proven",
  );
  await ana.submits({ "Your mobile number": "(206) 555-0192" });
  await reads(ana, "My phone for alarms", "A code of six digits is on its way");
  await ana.pressesInModal("Another code or number");
  await reads(ana, "My phone for alarms", "A code is texted there first");
  expect((await ana.submits({ "Your mobile number": OWN })).errors.phone).toMatch(
    /^No code was sent: five were/,
  );
  expect((await scene.audit("alarm phone proven")).map(({ actor }) => actor)).toEqual([ana.id]);
});

story("what was refused stands in the log, for admins and viewers", async () => {
  const scene = await openScene();
  const { ana, priya, dale, rick, audit } = scene;
  await scene.putOnBoard(dale, "viewer");
  await dale.runs("/alert-log");
  await dale.sees("Alert log");
  await dale.pressesInModal("Refusals");
  expect(await dale.sees("Refusals")).toBe("Nothing was refused within the last 30 days.");
  await rick.runs("/alert", "", channels.general.id);
  for (let nth = 0; nth < 26; nth += 1) await priya.runs("/alert-log");
  await ana.runs("/alert-log");
  await ana.sees("Alert log");
  await ana.pressesInModal("Refusals");
  const { reads } = reader(scene);
  expect(await ana.sees("Refusals")).toMatch(/, <@U0PRIYA>: \/alert-log \(only admins and viewers may\)\n/);
  await ana.pressesInModal("Older");
  expect(await reads(ana, "Refusals", "<@U0RICK>")).toMatch(
    /, <@U0RICK>: \/alert \(they are not on the board's list\)/,
  );
  await ana.pressesInModal("Newest");
  expect(await reads(ana, "Refusals", "Older")).not.toContain("<@U0RICK>");
  expect((await audit("viewed log")).map(({ actor }) => actor)).toEqual([dale.id, dale.id, ana.id, ana.id]);
});

story.each([
  ["account-closed", /their Slack account is closed/i],
  ["made-guest", /they are a guest/i],
])("who leaves the workspace, or becomes a guest, is off the board at once: %s", async (trouble, why) => {
  const scene = await openScene();
  const { ana, june, slack, audit } = scene;
  const review = await scene.reviews(june);
  expect(await june.seesAtHome("Not sent yet: your 1 open review")).toContain("boil your water");
  scene.plays(trouble);
  const told = await slack.until(
    () => slack.messages(ana.id).find(({ text }) => text.startsWith("<@U0JUNE> was taken off the board.")),
    "the admins to be told",
  );
  expect(told.text).toMatch(why);
  expect(told.text).toContain("1 open review of theirs was discarded, and not sent.");
  await slack.until(
    () => textOf(review.blocks).includes("Discarded: nothing was sent"),
    "her review to lapse",
  );
  if (trouble === "made-guest") {
    const home = await june.seesAtHome("You are not on the board's list.");
    expect(home).not.toMatch(/boil|Ask to be added|<@U0ANA>|Write an alert/);
  }
  expect(await audit("board member removed")).toEqual([
    expect.objectContaining({ actor: "system", userId: june.id }),
  ]);
  expect(await audit("discarded")).toHaveLength(1);
  await opensBoard(ana);
  expect(textOf(ana.modal().content.blocks)).not.toContain("<@U0JUNE>");
  expect(scene.twilio.requests).toEqual([]);
});
