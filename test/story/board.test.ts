// Who is taken off the board this morning.
import { expect, test as story } from "vitest";
import { openScene } from "../helpers/scene.ts";

const BROKEN = "Mill Creek Water Co-op: the main on River Road is broken.";

story(
  "whoever is taken off has nothing left to send: not the review, nor the form that is still open",
  async () => {
    const scene = await openScene();
    const { priya } = scene;
    await scene.reviews(priya);
    await priya.runs("/alert");
    await priya.sees("New alert");
    await scene.removeFromBoard(priya);

    const { errors } = await priya.submits({ Zones: ["River Road"], Kind: "Emergency", Message: BROKEN });
    expect(Object.values(errors).join()).toMatch(
      /^You are not on the board's list of people who may send alerts/,
    );
    const review = await scene.messageSaying("Discarded: nothing was sent");
    expect(JSON.stringify(review.blocks)).toContain("may not send alerts any more");
    expect(await scene.audit("discarded")).toEqual([
      expect.objectContaining({ actor: "command line", why: "off the board", userId: priya.id }),
    ]);
    expect(scene.twilio.requests).toEqual([]);
  },
);

story("who left the workspace while Headgate was away is off the board soon after it is back", async () => {
  const scene = await openScene();
  const { priya, slack } = scene;
  await scene.reviews(priya);
  const person = slack.workspace.people.get(priya.id);
  if (!person) throw new Error("no such person");
  slack.workspace.people.set(priya.id, { ...person, deleted: true });
  await scene.startAnother();
  await slack.until(
    () =>
      slack
        .messages(scene.ana.id)
        .find(({ text }) => text.startsWith(`<@${priya.id}> was taken off the board.`)),
    "the board to be told",
  );
  await scene.messageSaying("Discarded: nothing was sent");
  await priya.runs("/alert");
  expect(await scene.lastAudit()).toMatchObject({
    actor: priya.id,
    what: "/alert",
    why: "not on the allowlist",
  });
});
