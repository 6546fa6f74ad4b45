// Whoever pressed something is told what came of it, also where the database or the network fails meanwhile.
import { describe, expect, test as story } from "vitest";
import { openBrittle } from "../helpers/brittle.ts";
import { eventually } from "../helpers/eventually.ts";
import { openLane, phone, sendToLane } from "../helpers/lane.ts";
import { openScene, type Scene, textOf } from "../helpers/scene.ts";

const NOT_KNOWN = "It is not known yet whether this went through. Don't press again: you are told here.";

const toldTo = (scene: Scene, who: { id: string }) => scene.slack.ephemerals(who.id).map(({ text }) => text);

describe("a commit whose answer gets lost", () => {
  const review = (scene: Scene) => scene.reviews(scene.priya, { zones: ["Spring Lane"] });
  const halted = async (scene: Scene) => {
    scene.plays("twilio-20003");
    await sendToLane(scene);
    return scene.messageSaying("Sending has halted");
  };

  story.each([
    { label: "Send to", table: "sendings" as const, ready: review, becomes: "Sent 3 of 3: 3 delivered." },
    { label: "Discard", table: "alerts" as const, ready: review, becomes: "Discarded: nothing was sent" },
    { label: "Stop", table: "sendings" as const, ready: halted, becomes: "Stopped" },
    { label: "Resume", table: "parts" as const, ready: halted, becomes: "Sent 3 of 3: 3 delivered." },
  ])(
    "$label: nobody says that nothing was done, and then it is told that it was",
    { timeout: 60_000 },
    async ({ label, table, ready, becomes }) => {
      const { scene, proxy, holdCommits } = await openBrittle();
      const message = await ready(scene);
      scene.ends();
      const gate = await holdCommits(table);

      const pressed = scene.priya.presses(label, message);
      await gate.reached();
      proxy.freeze("answers");
      await gate.open();
      expect((await pressed).failure).toBeUndefined();
      await scene.priya.isTold(NOT_KNOWN);
      proxy.thaw();
      proxy.cut();

      await scene.priya.isTold("It went through.");
      expect(toldTo(scene, scene.priya)).toEqual([NOT_KNOWN, "It went through."]);
      await scene.messageSaying(becomes);
      expect(scene.twilio.ledger).toHaveLength(becomes.startsWith("Sent") ? 3 : 0);
    },
  );

  story("that was not kept either: then it is told that nothing was done", { timeout: 60_000 }, async () => {
    const { scene, holdCommits } = await openBrittle();
    const message = await review(scene);
    const gate = await holdCommits("sendings");
    const pressed = scene.priya.presses("Send to", message);
    await gate.reached();
    await pressed;
    await scene.priya.isTold(NOT_KNOWN);
    await gate.refuse();
    await scene.priya.isTold(/nothing was done, and nothing was sent by this/);
    expect(scene.twilio.requests).toEqual([]);

    await scene.priya.presses("Send to", message);
    await scene.messageSaying("Sent 3 of 3: 3 delivered.");
  });
});

describe("a Review loses nothing that was typed", () => {
  const typed = { Zones: ["Spring Lane"], Kind: "Emergency", Message: "Boil your water until Friday." };
  const opensForm = async ({ priya }: Scene) => {
    await priya.runs("/alert");
    await priya.sees("New alert");
  };
  const expectForm = ({ priya }: Scene) => {
    expect(priya.modal().content.title.text).toBe("New alert");
    expect(priya.modal().state.message?.message).toMatchObject({ value: typed.Message });
  };

  story("when the database is away: the form says so, and a second Review does it", async () => {
    const { scene, proxy } = await openBrittle();
    await opensForm(scene);
    proxy.freeze("all");
    const { errors } = await scene.priya.submits(typed);
    expect(errors).toEqual({ message: expect.stringContaining("Your words are safe in this window") });
    expectForm(scene);
    proxy.cut();
    await scene.slack.until(
      () => textOf(scene.priya.modal().content.blocks).includes("can't reach its database"),
      "the form to say what came of it",
    );
    expectForm(scene);

    proxy.thaw();
    proxy.cut();
    await scene.priya.submits(typed);
    await scene.priya.sees("Your review");
    await scene.messageSaying("Nothing is sent yet");
    expect(await scene.alerts()).toHaveLength(1);
  });

  story("when it is kept late: the form turns into the link, and pressed again it is one draft", async () => {
    const { scene, holdCommits } = await openBrittle();
    await opensForm(scene);
    const gate = await holdCommits("alerts");
    const first = scene.priya.submits(typed);
    await gate.reached();
    expect((await first).errors).toEqual({ message: expect.stringContaining("leave it open") });
    expectForm(scene);
    const second = scene.priya.submits(typed);
    await gate.open();
    await second;
    expect(await scene.priya.sees("Your review")).toContain("Nothing is sent yet.");
    await scene.messageSaying("Nothing is sent yet");
    expect(await scene.alerts()).toHaveLength(1);
    expect(scene.boardMessages()).toHaveLength(1);
  });

  story("what is wrong with it is shown beside the field, however late that is found", async () => {
    const { scene, holdBoard } = await openBrittle();
    await opensForm(scene);
    const letGo = await holdBoard();
    const { errors } = await scene.priya.submits({ ...typed, Message: "Ask <@U0ANA>" });
    expect(errors).toEqual({ message: expect.stringContaining("leave it open") });
    await letGo();
    await scene.slack.until(
      () => textOf(scene.priya.modal().content.blocks).includes("Phones can't show Slack's \"<@U0ANA>\""),
      "the problem beside the field",
    );
    expect(scene.priya.modal().state.message?.message).toMatchObject({ value: "Ask <@U0ANA>" });

    await scene.priya.submits(typed);
    await scene.priya.sees("Your review");
  });

  story("who has closed the window meanwhile is told in a message", async () => {
    const { scene, holdCommits } = await openBrittle();
    await opensForm(scene);
    const gate = await holdCommits("alerts");
    const submitted = scene.priya.submits(typed);
    await gate.reached();
    await submitted;
    await scene.slack.close(scene.priya.id, scene.priya.modal().id);
    await gate.open();
    await scene.messageSaying("Nothing is sent yet");
    await scene.slack.until(
      () =>
        scene.slack
          .directMessages(scene.priya.id)
          .some(({ text }) => text.startsWith("*Nothing is sent yet.* Your alert is kept")),
      "the message to the author",
    );
  });
});

describe("after Review the window says where the review is", () => {
  story("from another channel too", async () => {
    const scene = await openScene();
    await scene.priya.runs("/alert");
    await scene.priya.sees("New alert");
    await scene.priya.submits({ Zones: ["Old Town"], Kind: "Emergency", Message: "Boil your water." });
    const words = () => textOf(scene.priya.modal().content.blocks);
    await scene.slack.until(() => words().includes("Your review is in"), "the window to say where it is");
    expect(words()).toMatch(/^\*Nothing is sent yet\.\* Your review is in <#\w+>/);
  });

  story("or that Slack does not show it yet, and then it comes", async () => {
    const scene = await openScene();
    scene.plays("slack-internal_error", { method: "chat.postMessage", times: 1 });
    await scene.priya.runs("/alert");
    await scene.priya.sees("New alert");
    await scene.priya.submits({ Zones: ["Old Town"], Kind: "Emergency", Message: "Boil your water." });
    await scene.slack.until(
      () => textOf(scene.priya.modal().content.blocks).includes("Slack does not show its review just now"),
      "the window to say so",
    );
    await scene.messageSaying("Nothing is sent yet");
  });
});

describe("a button does what it said when it was drawn", () => {
  story("an old Try again asks anew when by now it would be more", async () => {
    let later = 0;
    const now = () => new Date(Date.now() + later);
    const scene = await openLane(4, { twilio: { pacing: "manual" }, now });
    const review = await sendToLane(scene);
    await scene.messageSaying("4 on the way");
    const fails = async (n: number) => {
      const sid = scene.twilio.ledger.find(({ to }) => to === phone(n))?.sid ?? "";
      await scene.twilio.tell(sid, "undelivered", 30003);
    };
    await fails(1);
    later = 2 * 60_000;
    await scene.wakeJobs();
    const [old] = await scene.slack.until(() => {
      const told = scene.thread(review);
      return told.length === 1 && told;
    }, "the first list");
    await eventually(scene.areFailuresNamed, "them to count as named");
    await fails(2);
    await fails(3);
    await scene.slack.until(
      () => scene.thread(review).some(({ text }) => text.includes("Try 3 again")),
      "the second list",
    );
    if (!old) throw new Error("no list");
    await scene.dale.presses("Try 1 again", old);
    await scene.dale.isTold(/^Nothing was sent again yet\. This button was for 1 phone; by now it is 3\./);
    expect(scene.twilio.ledger).toHaveLength(4);

    const asked = scene.slack.ephemerals(scene.dale.id).at(-1);
    if (!asked) throw new Error("nothing was asked");
    await scene.dale.presses("Try 3 again", asked);
    await scene.twilio.until(() => scene.twilio.ledger.length === 7, "three more texts");
  });
});

describe("what a press changed is shown at once, however slow the jobs are", () => {
  // As in life, and slower: nobody waits for the pace of what happens by itself.
  const rhythm = { updateEverySeconds: 60, roundEveryMs: 1_000 };

  story("Edit, and right after it Discard", async () => {
    const scene = await openScene({ rhythm });
    const review = await scene.reviews(scene.priya);
    await scene.priya.presses("Edit", review);
    await scene.priya.sees("Edit alert");
    await scene.priya.submits({ Message: "Boil your water until Friday." });
    await scene.slack.until(() => textOf(review.blocks).includes("until Friday"), "the new review", 5_000);
    await scene.slack.until(
      () => textOf(scene.priya.modal().content.blocks).includes("Your review is in"),
      "the window to say where it is",
    );
    await scene.priya.presses("Discard", review);
    await scene.slack.until(() => review.text.startsWith("This alert was discarded"), "the end of it", 5_000);
    expect(toldTo(scene, scene.priya)).toEqual([]);
  });

  story("a second press on what is over is told the truth about it", async () => {
    const scene = await openScene();
    const review = await scene.reviews(scene.priya);
    const { blocks } = structuredClone(review);
    await scene.priya.presses("Discard", review);
    await scene.messageSaying("Discarded: nothing was sent");
    // As on a screen that was not brought up to date.
    for (const label of ["Discard", "Edit"]) {
      review.blocks = blocks;
      await scene.priya.presses(label, review);
    }
    await scene.priya.isTold("This draft was discarded already. Nothing was sent.");
    await scene.priya.isTold("This draft was discarded, so it can't be edited any more.");

    const another = await scene.reviews(scene.priya, { message: "The water is off until noon." });
    const { blocks: buttons } = structuredClone(another);
    await scene.priya.presses("Send to", another);
    await scene.messageSaying(/^Sent \d+ of \d+/);
    for (const label of ["Discard", "Edit"]) {
      another.blocks = buttons;
      await scene.priya.presses(label, another);
    }
    await scene.priya.isTold("Nothing was discarded: this alert was sent already.");
    await scene.priya.isTold("This alert can't be edited any more: it was sent.");
  });
});
