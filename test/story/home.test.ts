// The Home tab: what each sees who opens Headgate in Slack, and that it is true without being opened.
import { expect, test as story } from "vitest";
import { people } from "../../src/practice/co-op/people.ts";
import { openScene } from "../helpers/scene.ts";

story("whoever is on the board sees how it stands, and where to begin", async () => {
  const scene = await openScene();
  const { ana, priya, dale, slack, boardMessages, audit } = scene;
  await priya.opensHome();
  const first = await priya.seesAtHome("Write an alert");
  expect(first).toContain("Mill Creek Water Co-op");
  expect(first).toContain("PRACTICE");
  expect(first).toContain("Nothing has been sent yet.");
  expect(first).not.toMatch(/All is well|\bLog\b/);

  await priya.pressesAtHome("Write an alert");
  await priya.sees("New alert");
  await slack.close(priya.id, priya.modal().id);

  // Who never opened it has it all the same, by their role.
  expect(await ana.seesAtHome("All is well")).toContain("Log");
  await ana.pressesAtHome("Log");
  await ana.sees("Alert log");
  expect(await audit("viewed log")).toEqual([{ actor: ana.id, alertId: null }]);
  await slack.close(ana.id, ana.modal().id);

  await scene.sends(priya, {
    zones: ["Old Town"],
    kind: "Service notice",
    message: "The water is off until noon.",
  });
  const last = await dale.seesAtHome("The last alert");
  expect(last).toMatch(/Service notice\*? by <@U0PRIYA>.*Old Town/s);
  expect(last).toContain("The water is off until noon.");
  await dale.seesAtHome(/Sent \d+ of \d+/);
  expect(boardMessages()).toHaveLength(1);
});

story("an open review is on its author's Home alone, and can be dropped there", async () => {
  const scene = await openScene();
  const { priya, dale } = scene;
  await scene.reviews(priya, { message: "The meeting is on Tuesday." });
  const home = await priya.seesAtHome("Not sent yet: your 1 open review");
  expect(home).toContain("The meeting is on Tuesday.");
  expect(await dale.seesAtHome("Write an alert")).not.toContain("The meeting is on Tuesday.");
  await priya.pressesAtHome("Discard");
  await priya.seesAtHome("Nothing has been sent yet.");
  await scene.messageSaying("discarded");
});

story("what is under way stands on everybody's Home, with Stop for whoever may", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "1" } });
  const { priya, dale, putOnBoard, twilio } = scene;
  await putOnBoard(dale, "viewer");
  await scene.sends(priya, { zones: ["North Ridge"] });
  await priya.seesAtHome("Under way");
  const seen = await dale.seesAtHome("Under way");
  expect(seen).toContain("You read the log; you send nothing.");
  expect(seen).not.toMatch(/Write an alert|\bStop\b/);
  await priya.pressesAtHome("Stop");
  await priya.seesAtHome("The last alert");
  expect(twilio.requests.length).toBeLessThan(30);
});

story("what members wrote is news until one has looked", async () => {
  const scene = await openScene();
  const { priya, twilio, letVisitsPass, slack } = scene;
  await priya.opensHome();
  await priya.seesAtHome("Write an alert");
  await twilio.reply("+12065550101", "Is the *water* safe?");
  expect(await priya.seesAtHome("1 text from members since you last looked")).toContain(
    "Is the *water* safe?",
  );
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
    await ana.seesAtHome("The last alert");
    await rick.opensHome();
    const seen = await rick.seesAtHome("You are not on the board's list.");
    expect(seen).toContain("An admin can add you: <@U0ANA> or <@U0WALT>");
    expect(seen).not.toMatch(/boil|Old Town|Write an alert/i);
    for (const somebody of [gus, cody]) {
      await somebody.opensHome();
      expect(await somebody.seesAtHome(/can't do this|can do this/)).not.toMatch(/Ask to be added|<@U0ANA>/);
    }
    expect((await audit("refused")).map(({ actor }) => actor)).toEqual([people.gus.id, people.cody.id]);

    // Whoever is taken off the list must not go on reading what stood there.
    await removeFromBoard(priya);
    await scene.wakeJobs();
    expect(await priya.seesAtHome("You are not on the board's list.")).not.toMatch(
      /boil|Old Town|Write an alert/i,
    );
  },
);

story(
  "who asks to be added is added by an admin, as what the admin says, and sees the board's Home",
  async () => {
    const scene = await openScene();
    const { ana, walt, rick, priya, dale, runsOnceMore, audit } = scene;
    await rick.opensHome();
    await rick.seesAtHome("Ask to be added");
    await rick.pressesAtHome("Ask to be added");
    await rick.seesAtHome("You have asked to be added.");
    await scene.slack.until(
      () => scene.slack.messages(ana.id).some(({ text }) => text.startsWith("<@U0RICK> asks to be added")),
      "the board to be told",
    );
    await ana.seesAtHome("<@U0RICK> asks to be added");
    await walt.seesAtHome("<@U0RICK> asks to be added");
    await runsOnceMore("show homes");
    expect(await priya.seesAtHome("Write an alert")).not.toContain("asks to be added");

    await walt.pressesAtHome("Add as viewer");
    expect(await rick.seesAtHome("You read the log; you send nothing.")).toContain("Log");
    expect((await audit("board member added")).at(-1)?.actor).toBe(walt.id);

    // What one sees who is about to press may be a moment old.
    await dale.opensHome();
    await scene.removeFromBoard(dale);
    await dale.opensHome();
    await dale.seesAtHome("Ask to be added");
    await dale.pressesAtHome("Ask to be added");
    await ana.seesAtHome("<@U0DALE> asks to be added");
    await walt.seesAtHome("<@U0DALE> asks to be added");
    await Promise.all([walt, ana].map((admin) => admin.pressesAtHome("Refuse")));
    const told = await scene.slack.until(
      () => [walt, ana].map(({ id }) => scene.slack.topView(id)).find((view) => view !== undefined),
      "the second of them to be told",
    );
    expect(JSON.stringify(told)).toMatch(/was faster: they were refused. Nothing was changed by your press/);
    await dale.seesAtHome("Ask to be added");
    await dale.pressesAtHome("Ask to be added");
    expect(await dale.sees("Headgate")).toContain("You can ask again tomorrow");
  },
);

story(
  "what Slack does not take just now is shown as soon as it does; a guest sees nothing more",
  async () => {
    const scene = await openScene();
    const { ana, priya } = scene;
    await scene.sends(priya);
    await priya.seesAtHome("The last alert");
    await ana.seesAtHome("The last alert");
    scene.plays("slack-busy", { method: "views.publish" });
    await scene.removeFromBoard(priya);
    await scene.runsOnceMore("show homes");
    expect(await priya.seesAtHome("The last alert")).toContain("Old Town");
    scene.ends("slack-busy");
    await scene.letHomeTurnsPass();
    await priya.seesAtHome("You are not on the board's list.");
    await scene.isNotConfirmed(ana);
    await scene.wakeJobs();
    expect(await ana.seesAtHome("Slack has not told Headgate")).not.toMatch(/Old Town|alert/);
    await ana.opensHome();
    await ana.seesAtHome("Write an alert");
  },
);
