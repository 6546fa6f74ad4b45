// Zones, as an admin looks after them in Slack, and what a review says of them.
import { expect, test as story } from "vitest";
import { openScene, type Scene, textOf } from "../helpers/scene.ts";

type Somebody = Scene["ana"];

async function opensZones(admin: Somebody): Promise<string> {
  await admin.seesAtHome("Zones");
  await admin.pressesAtHome("Zones");
  return admin.sees("Zones");
}

/** In the order in which the list names them. */
const opensZone = async (admin: Somebody, nth: number) => {
  await admin.pressesInModal("Change", nth);
  return admin.sees("Zone");
};

story(
  "an admin adds, renames, merges and removes zones; who comes second is told, and loses nothing",
  async () => {
    const scene = await openScene();
    const { ana, walt, slack, audit } = scene;
    const closes = ({ id, modal }: Somebody) => slack.close(id, modal().id);
    const reads = async (admin: Somebody, title: string, words: string) => {
      await admin.sees(title);
      return slack.until(() => {
        const text = textOf(admin.modal().content.blocks);
        return text.includes(words) ? text : undefined;
      }, words);
    };
    const list = (admin: Somebody, words: string) => reads(admin, "Zones", words);
    const zones = await opensZones(ana);
    expect(zones).toContain("*4 zones.*");
    expect(zones).toMatch(/\*Mill Flats\*\n42 members, \d+ reached by text/);

    // A name that is none, and one that can hurt nobody.
    await ana.pressesInModal("Add a zone");
    await ana.sees("Add a zone");
    for (const [name, words] of [
      ["\u{200b}\u{202e}", "Write a name that can be read."],
      [" old  TOWN", "There is a zone with this name already."],
      ["n".repeat(51), "at most 50 characters"],
    ] as const) {
      const { errors } = await ana.submits({ Name: name });
      expect(errors["zone-name"]).toContain(words);
    }
    await ana.submits({ Name: "South & <!channel>" });
    expect(await list(ana, "South")).toContain("*South &amp; &lt;!channel&gt;*\nNobody is in it");

    // Both look at the empty one; somebody moves there.
    await opensZones(walt);
    for (const admin of [ana, walt]) expect(await opensZone(admin, 4)).toContain("Remove");
    await scene.moveMember("+12065550101", "South & <!channel>");
    await ana.pressesInModal("Remove");
    expect(await ana.sees("Headgate")).toContain("It was not removed: 1 member is in it by now.");
    await closes(ana);
    await reads(ana, "Zone", "It can be removed once nobody is in it");
    await ana.picks("Merge into ...", "North Ridge (");
    expect(await ana.sees("Headgate")).toBe(
      "South & <!channel> was merged into North Ridge. 1 member moved there.",
    );
    await closes(ana);
    expect(await list(ana, "*4 zones.*")).not.toContain("South");
    await walt.pressesInModal("Remove");
    expect(await walt.sees("Headgate")).toMatch(
      /This zone is not there any more\. Ana Ortiz did that on .*Nothing was changed by you\./,
    );
    await closes(walt);
    await slack.until(
      () => textOf(walt.modal().content.blocks) === "This zone is not there any more.",
      "no card",
    );
    await closes(walt);
    await list(walt, "*4 zones.*");

    // Both rename the same one.
    for (const admin of [ana, walt]) {
      await opensZone(admin, 0);
      await admin.pressesInModal("Rename");
      await admin.sees("Rename this zone");
    }
    await walt.submits({ Name: "Mill Meadows" });
    await reads(walt, "Zone", "*Mill Meadows*");
    await ana.submits({ Name: "The Flats" });
    const told = await ana.sees("Rename this zone");
    expect(told).toMatch(/was changed meanwhile\. <@U0WALT> did that on .*Nothing was changed by you/);
    expect(JSON.stringify(ana.modal().content)).toContain("The Flats");
    await ana.submits({ Name: "The Flats" });
    await reads(ana, "Zone", "*The Flats*");
    await closes(ana);
    await list(ana, "The Flats");

    await ana.pressesInModal("Add a zone");
    await ana.sees("Add a zone");
    await ana.submits({ Name: "Upper Mill" });
    await list(ana, "Upper Mill");
    await opensZone(ana, 4);
    await ana.pressesInModal("Remove");
    expect(await ana.sees("Headgate")).toContain("The zone was removed.");
    await closes(ana);
    expect(await list(ana, "*4 zones.*")).not.toContain("Upper Mill");

    const done = ["zone added", "zone renamed", "zones merged", "zone removed"] as const;
    const entries = await Promise.all(done.map(audit));
    expect(entries.map((each) => each.map(({ actor }) => actor))).toEqual([
      [ana.id, ana.id],
      [walt.id, ana.id],
      [ana.id],
      [ana.id],
    ]);
  },
);

story("a review says where zones are nobody, everybody, or others than at their last alert", async () => {
  const scene = await openScene();
  const { ana, priya, slack } = scene;
  const lane = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => `+1509555${from + n}`);
  await scene.addZone("Spring Lane", lane(2000, 10));
  await scene.addZone("Dry Gulch", []);
  const draft = { kind: "Service notice", message: "Mill Creek Water Co-op: the water is off." };
  const first = await scene.reviews(priya, { ...draft, zones: ["Spring Lane"] });
  expect(textOf(first.blocks)).not.toMatch(/last alert|Nobody in|everybody/);
  await priya.presses("Send to", first);
  await scene.messageSaying(/^Sent 10 of 10/);
  for (const [nth, phone] of lane(3000, 3).entries())
    await scene.addMember("Spring Lane", { name: `New ${nth}`, phone });

  const zones = ["North Ridge", "River Road", "Old Town", "Mill Flats", "Spring Lane", "Dry Gulch"];
  const second = textOf(
    (await scene.reviews(priya, { ...draft, message: `${draft.message} Again.`, zones })).blocks,
  );
  expect(second).toContain("Nobody in Dry Gulch can be reached by text, so nothing goes there.");
  expect(second).toMatch(/Spring Lane reaches 13 members now, and reached 10 at its last alert, on /);
  expect(second).toMatch(/are everybody: no member whom a text reaches is in another zone/);

  await opensZones(ana);
  expect(textOf(ana.modal().content.blocks)).toContain("*Spring Lane*\n13 members, 13 reached by text");
  await slack.close(ana.id, ana.modal().id);
});
