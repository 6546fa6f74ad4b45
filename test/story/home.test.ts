// The Home tab: what each sees who opens Headgate in Slack, and that it is true without being opened.
import { expect, test as story } from "vitest";
import { people } from "../../src/practice/co-op/people.ts";
import { openScene } from "../helpers/scene.ts";

story("whoever is on the board sees how it stands, and where to begin", async () => {
  const scene = await openScene();
  const { ana, priya, dale, slack, boardMessages, audit } = scene;
  await priya.opensHome();
  const first = await priya.homeSays("Write an alert");
  expect(first).toContain("Mill Creek Water Co-op");
  expect(first).toContain("PRACTICE");
  expect(first).toContain("Nothing has been sent yet.");
  expect(first).not.toMatch(/All is well|\bLog\b/);

  await priya.pressesOnHome("Write an alert");
  await priya.sees("New alert");
  await slack.close(priya.id, priya.modal().id);

  // Who never opened it has it all the same, by their role.
  expect(await ana.homeSays("All is well")).toContain("Log");
  await ana.pressesOnHome("Log");
  await ana.sees("Alert log");
  expect(await audit("viewed log")).toEqual([{ actor: ana.id, alertId: null }]);
  await slack.close(ana.id, ana.modal().id);

  await scene.sends(priya, {
    zones: ["Old Town"],
    kind: "Service notice",
    message: "The water is off until noon.",
  });
  const last = await dale.homeSays("The last alert");
  expect(last).toMatch(/Service notice\*? by <@U0PRIYA>.*Old Town/s);
  expect(last).toContain("The water is off until noon.");
  await dale.homeSays(/Sent \d+ of \d+/);
  expect(boardMessages()).toHaveLength(1);
});

story("an open review is on its author's Home alone, and can be dropped there", async () => {
  const scene = await openScene();
  const { priya, dale } = scene;
  await scene.reviews(priya, { message: "The meeting is on Tuesday." });
  const home = await priya.homeSays("Not sent yet: your 1 open review");
  expect(home).toContain("The meeting is on Tuesday.");
  expect(await dale.homeSays("Write an alert")).not.toContain("The meeting is on Tuesday.");
  await priya.pressesOnHome("Discard");
  await priya.homeSays("Nothing has been sent yet.");
  await scene.messageSaying("discarded");
});

story("what is under way stands on everybody's Home, with Stop for whoever may", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "1" } });
  const { priya, dale, putOnBoard, twilio } = scene;
  await putOnBoard(dale, "viewer");
  await scene.sends(priya, { zones: ["North Ridge"] });
  await priya.homeSays("Under way");
  const seen = await dale.homeSays("Under way");
  expect(seen).toContain("You read the log; you send nothing.");
  expect(seen).not.toMatch(/Write an alert|\bStop\b/);
  await priya.pressesOnHome("Stop");
  await priya.homeSays("The last alert");
  expect(twilio.requests.length).toBeLessThan(30);
});

story("what members wrote is news until one has looked", async () => {
  const scene = await openScene();
  const { priya, twilio, letVisitsPass, slack } = scene;
  await priya.opensHome();
  await priya.homeSays("Write an alert");
  await twilio.reply("+12065550101", "Is the *water* safe?");
  expect(await priya.homeSays("1 text from members since you last looked")).toContain("Is the *water* safe?");
  await letVisitsPass();
  await priya.opensHome();
  await slack.until(() => !JSON.stringify(slack.home(priya.id)).includes("you last looked"), "no news");
});

story(
  "who is not on the board sees what Headgate is and nothing of the co-op's; a guest not even that",
  async () => {
    const scene = await openScene();
    const { ana, priya, rick, gus, cody, audit, removeFromBoard } = scene;
    await scene.sends(priya);
    await ana.homeSays("The last alert");
    await rick.opensHome();
    const seen = await rick.homeSays("You are not on the board's list.");
    expect(seen).toContain("An admin can add you: <@U0ANA> or <@U0WALT>");
    expect(seen).not.toMatch(/boil|Old Town|Write an alert/i);
    for (const somebody of [gus, cody]) {
      await somebody.opensHome();
      expect(await somebody.homeSays(/can't do this|can do this/)).not.toMatch(/Ask to be added|<@U0ANA>/);
    }
    expect((await audit("refused")).map(({ actor }) => actor)).toEqual([people.gus.id, people.cody.id]);

    // Whoever is taken off the list must not go on reading what stood there.
    await removeFromBoard(priya);
    await scene.wakeJobs();
    expect(await priya.homeSays("You are not on the board's list.")).not.toMatch(
      /boil|Old Town|Write an alert/i,
    );
  },
);
