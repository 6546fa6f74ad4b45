// A new member list, dropped into Slack: looked at first, then applied, exactly as it was shown.
import { expect, test as story } from "vitest";
import { newList, newListName } from "../../src/practice/co-op/new-list.ts";
import { eventually } from "../helpers/eventually.ts";
import { openScene, type Scene, textOf } from "../helpers/scene.ts";

type Admin = Scene["ana"];

async function drops(
  { slack }: Scene,
  admin: Admin,
  { name = newListName, content = newList() as string | Buffer, consent = "" } = {},
) {
  await slack.until(() => slack.home(admin.id), "the Home");
  await admin.seesAtHome("Import");
  await admin.pressesAtHome("Import a list");
  await admin.sees("Import a list");
  const typed = consent === "" ? {} : { "How they agreed to texts": consent };
  return admin.submits({ File: [admin.uploads(name, content)], ...typed });
}

/** Waits until the window says this, and reads all of it. */
const reads = (scene: Scene, admin: Admin, words: string | RegExp): Promise<string> =>
  scene.slack.until(
    () => {
      const view = scene.slack.topView(admin.id);
      const text = view && textOf(view.content.blocks);
      return text?.match(words) ? text : undefined;
    },
    `the window to say ${words}`,
    60_000,
  );

const ready = "This is what Apply does";

story("a list is looked at and applied: exactly what was shown, and once", async () => {
  const scene = await openScene();
  const { ana, walt, slack, audit } = scene;
  await drops(scene, ana, { consent: "signed the form of 2024" });
  const shown = await reads(scene, ana, ready);
  expect(shown).toContain("*2 added, 4 changed, 233 left alone, 1 refused*");
  expect(shown).toMatch(
    /Refused, nothing of these rows was taken \(1\)\*\n• line \d+, MC-1110 .*: There is no zone/,
  );
  expect(shown).toContain("*New zones, so look for typing mistakes:* Old Twon");
  expect(shown).toMatch(/MC-1144 .*was kept/);
  expect(shown).toMatch(/In Headgate and not in the file: they stay as they are \(2\)\*\n• MC-1033 /);
  expect(await audit("imported")).toHaveLength(1);

  await ana.pressesInModal("All rows as a file");
  const file = await slack.until(
    () => slack.directMessages(ana.id).find(({ files }) => files.length > 0),
    "the file",
  );
  expect(String(file.files[0]?.content)).toMatch(/MC-1241,Hollis Fairweather,added/);
  await slack.close(ana.id, ana.modal().id);

  await ana.pressesInModal("Mark them as having left");
  await reads(scene, ana, /marked as having left: they get nothing more \(2\)/);
  // Another admin changes the list before Apply is pressed: nothing is applied, and it is shown once more.
  await scene.addMember("Old Town", { name: "Late Comer", phone: "+12065550198" });
  await ana.submits({});
  const again = await reads(scene, ana, "Nothing was applied: the list in Headgate was changed meanwhile");
  expect(again).toContain("(3)");
  expect(await audit("imported")).toHaveLength(1);

  await ana.submits({});
  const done = await reads(scene, ana, "The list was imported");
  expect(done).toContain("2 added, 4 changed, 233 left alone, 1 refused");
  expect(done).toContain("3 members marked as having left the co-op");
  expect(done).toMatch(/still among your files in Slack, .*Please delete it there: <https:.*\|open it>/);
  expect((await audit("imported")).map(({ actor }) => actor)).toEqual(["command line", ana.id]);
  expect((await audit("member left")).map(({ actor }) => actor)).toEqual([ana.id, ana.id, ana.id]);

  // The same file once more changes nothing, also for another admin.
  await drops(scene, walt);
  expect(await reads(scene, walt, ready)).toMatch(/\*0 added, 0 changed, \d+ left alone, 1 refused\*/);
  await walt.pressesInModal("Discard");
  await reads(scene, walt, "Discarded");
  expect(await scene.everything()).toMatchObject({ imports: [expect.stringContaining('"over"')] });
});

const csv = (...lines: string[]) => ["Account,Name,Phone,Zone,Status", ...lines].join("\r\n").concat("\r\n");

story("what is not understood is asked; many who leave only by their number", async () => {
  const scene = await openScene();
  const { ana, audit } = scene;
  const list = csv(
    "MC-1001,Ruth Abbott,(206) 555-0101,North Ridge,unsubscribed",
    "MC-1002,<!channel> & Harold,(206) 555-0102,North Ridge,active",
  );
  await drops(scene, ana, { content: list });
  const asked = await reads(scene, ana, "Answer first, so that nothing is guessed");
  expect(asked).toMatch(
    /Does the column "Status" say who wants no texts\?\* It has:\n• "unsubscribed" in 1 row/,
  );
  const says = 'What does "Status" say?';
  const words = "Words that mean: no texts";
  const none = await ana.submits({ [says]: "Who wants no texts: it is the words that I choose below" });
  expect(Object.values(none.errors)).toEqual(["Choose at least one word, or say that none is a No."]);
  await ana.submits({
    [says]: "Who wants no texts: it is the words that I choose below",
    [words]: ["unsubscribed"],
  });
  const shown = await reads(scene, ana, ready);
  expect(shown).toContain("1 phone opted out, because the file says No to texts.");
  expect(shown).toContain("Name: was Harold Brandvold.");
  expect(shown).toContain("&lt;!channel&gt; &amp; Harold");

  await ana.pressesInModal("Mark them as having left");
  const many = await reads(scene, ana, "Have 238 members of 240 left the co-op?");
  expect(many).toContain("Leave them as they are");
  const wrong = await ana.submits({ "How many have left?": "yes" });
  expect(Object.values(wrong.errors)).toEqual([
    "It would be 238. Nothing was changed: type that number, or leave them as they are.",
  ]);
  await ana.submits({ "How many have left?": "238" });
  await reads(scene, ana, /marked as having left: they get nothing more \(238\)/);
  await ana.pressesInModal("Leave them as they are");
  await reads(scene, ana, /they stay as they are \(238\)/);
  await ana.submits({});
  await reads(scene, ana, "The list was imported");
  expect(await audit("member left")).toEqual([]);
  expect((await audit("opted out")).map(({ actor }) => actor)).toContain(ana.id);
});

story("what is no list, or does not come from Slack whole, changes nothing and says why", async () => {
  const scene = await openScene();
  const { ana, slack, plays, ends, audit } = scene;
  const wide = `Account,Name,Phone,Zone${",x".repeat(1_000)}\r\n`;
  const files: [name: string, content: string, says: RegExp][] = [
    ["list.csv", "<!doctype html><table></table>", /Nothing was imported\. This is a web page \(HTML\)/],
    ["notes.csv", "Dear Ana,\r\nthe list comes tomorrow.\r\n", /Nothing was imported\. /],
    ["wide.csv", wide, /Nothing was imported\. |This is what Apply does/],
  ];
  for (const [name, content, says] of files) {
    await drops(scene, ana, { name, content });
    await reads(scene, ana, says);
    await slack.close(ana.id, ana.modal().id);
  }
  expect(slack.upload(ana.id, { name: "x.csv", content: Buffer.alloc(11 * 1024 * 1024) })).toEqual({
    failure: "This file is too large. The limit is 10 MB.",
  });

  for (const [trouble, says] of [
    ["file-elsewhere", /Slack did not hand over the file/],
    ["file-page", /Slack lets Headgate read no files/],
    ["file-cut-off", /The file came only in part|did not hand over/],
  ] as const) {
    plays(trouble);
    await drops(scene, ana);
    expect(await reads(scene, ana, says)).toContain("Nothing was imported.");
    ends(trouble);
    await slack.close(ana.id, ana.modal().id);
  }
  // The token goes to Slack alone.
  slack.wantFilesElsewhere(true);
  await drops(scene, ana);
  await reads(scene, ana, "Slack named a foreign place for the file");
  expect(await audit("imported")).toHaveLength(1);
});

story("whoever has closed the window is told, also when Slack was away meanwhile", async () => {
  const scene = await openScene();
  const { ana, slack, plays, ends, audit } = scene;
  await drops(scene, ana);
  await slack.close(ana.id, ana.modal().id);
  const read = await slack.until(
    () => slack.directMessages(ana.id).find(({ text }) => text.includes("is read. Nothing is changed yet")),
    "the direct message",
    60_000,
  );
  await ana.presses("Look at it", read);
  await reads(scene, ana, ready);
  await ana.submits({});
  plays("slack-away");
  await slack.close(ana.id, ana.modal().id);
  const isTried = async () => scene.log.some((line) => line.includes("nobody could be told yet"));
  await eventually(isTried, "it to be tried", { patience: 60_000 });
  expect((await audit("imported")).at(-1)?.actor).toBe(ana.id);
  ends("slack-away");
  await scene.wakeJobs();
  await slack.until(
    () => slack.directMessages(ana.id).find(({ text }) => text.includes("The list was imported")),
    "the direct message of what came of it",
    60_000,
  );
});
