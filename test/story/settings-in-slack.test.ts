// The co-op's own settings, as admins look through them and change them in Slack.
import { expect, test as story } from "vitest";
import { channels } from "../../src/practice/co-op/people.ts";
import { openScene } from "../helpers/scene.ts";

/** The nth "Change" of the list: the pace is set on the server here, and has none. */
const NAME = 0;
const QUIET_HOURS = 3;
const CHANNEL = 7;

story("an admin changes a setting; the second of two sees what the first did", async () => {
  const scene = await openScene();
  const { ana, walt, slack, audit, log } = scene;
  await ana.opensHome();
  await ana.seesAtHome("Settings");
  const change = async (admin: typeof ana, nth: number) => {
    if (slack.topView(admin.id)?.content.title.text !== "Settings") await admin.pressesAtHome("Settings");
    await admin.sees("Settings");
    await admin.pressesInModal("Change", nth);
    return admin.sees("Change a setting");
  };
  await ana.pressesAtHome("Settings");
  const all = await ana.sees("Settings");
  expect(all).toContain("*Name*\nMill Creek Water Co-op");
  expect(all).toContain("*Pace*\n1,000 segments a second\nset on the server, so it can't be changed here");
  expect(all).toContain("*Board's channel*\n<#C0BOARDALERTS>");
  expect(all).not.toMatch(/xoxb|TOKEN|SECRET/);

  await change(ana, QUIET_HOURS);
  const wrong = await ana.submits({ "Quiet hours": "08:00-21:00" });
  expect(wrong.errors.setting).toMatch(
    /^Quiet hours must be from an evening to a morning, such as 21:00-08:00/,
  );
  await slack.close(ana.id, ana.modal().id);

  // Both have the same before them.
  await change(ana, NAME);
  await walt.seesAtHome("Settings");
  await change(walt, NAME);
  await ana.submits({ Name: "Mill & Creek <Water>" });
  const after = await slack.until(() => {
    const text = JSON.stringify(slack.topView(ana.id)?.content);
    return text?.includes("before: Mill Creek Water Co-op") ? text : undefined;
  }, "the list to show it");
  expect(after).toContain("Mill &amp; Creek &lt;Water&gt;");
  expect(after).toMatch(/<@U0ANA> changed it on \w+, /);

  await walt.submits({ Name: "Mill Creek Water" });
  const second = await walt.sees("Change a setting");
  expect(second).toMatch(
    /changed while you wrote.*<@U0ANA> changed it on .*; before: Mill Creek Water Co-op/,
  );
  expect(second).toContain("Now it is: Mill &amp; Creek &lt;Water&gt;\nNothing was changed by you yet.");
  expect(await audit("setting changed")).toHaveLength(4);
  await walt.submits({ Name: "Mill Creek Water" });
  await slack.until(
    () => log.some((line) => line.includes("an admin has changed the settings")),
    "all to hear",
  );
  expect((await audit("setting changed")).map(({ actor }) => actor).slice(3)).toEqual([ana.id, walt.id]);
  await walt.sees("Settings");
  await slack.until(
    () => JSON.stringify(walt.modal().content).includes('*Name*\\nMill Creek Water"'),
    "the list to show it to the second one",
  );
});

story("a channel where Headgate is not is refused, with the cure; an empty field unsets", async () => {
  const scene = await openScene();
  const { ana, slack } = scene;
  await ana.opensHome();
  await ana.seesAtHome("Settings");
  await ana.pressesAtHome("Settings");
  await ana.sees("Settings");
  await ana.pressesInModal("Change", CHANNEL);
  await ana.sees("Change a setting");
  const { errors } = await ana.submits({ "Board's channel": channels.general.id });
  expect(errors.setting).toBe(
    "The channel was not changed. Headgate is not in #general. " +
      "Open #general in Slack and type /invite @Headgate there.",
  );
  slack.inviteApp(channels.general.id);
  await ana.submits({ "Board's channel": channels.general.id });
  const listed = () => JSON.stringify(slack.topView(ana.id)?.content);
  await slack.until(() => listed().includes("<#C0GENERAL00>"), "the new channel in the list");
  await ana.pressesInModal("Change", CHANNEL);
  await ana.sees("Change a setting");
  await ana.submits({ "Board's channel": [] });
  await slack.until(() => listed().includes("not set: each author sees their alerts alone"), "no channel");
  expect(listed()).toContain("before: C0GENERAL00");
});
