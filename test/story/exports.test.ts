// Files that somebody asked for: one press after the other, nothing of them stays, and nothing waits for them.
import { mkdir, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test as story } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import { listOpenIn, makeFolder } from "../helpers/files.ts";
import { openScene, type Scene } from "../helpers/scene.ts";

const LOG_ON_ITS_WAY = "The log is on its way to you as a direct message from Headgate.";
const ALREADY = "These files are being made for you already, and come as a direct message from Headgate.";

async function opensLog({ slack }: Scene, admin: Scene["ana"]) {
  const before = slack.topView(admin.id)?.id;
  await admin.runs("/alert-log");
  await slack.until(() => slack.topView(admin.id)?.id !== before, "the log");
}

/** Presses it in the log, and reads what the window says. */
async function asksForAll(scene: Scene, admin: Scene["ana"]): Promise<string> {
  await opensLog(scene, admin);
  await admin.pressesInModal("Export CSV");
  return admin.sees("Headgate");
}

const filesOf = ({ slack }: Scene, { id }: { id: string }) =>
  slack.directMessages(id).filter(({ files }) => files.length > 0);

const isToldOfTrouble = ({ slack }: Scene, { id }: { id: string }) =>
  slack.until(
    () => slack.directMessages(id).find(({ text }) => text.includes("Something went wrong with the files")),
    "them to be told",
  );

story("nothing of the files stays on the server, whether they came or not", async () => {
  const scene = await openScene();
  await asksForAll(scene, scene.ana);
  await scene.slack.until(() => filesOf(scene, scene.ana)[0], "the files");
  expect(await readdir(scene.filesFolder)).toEqual([]);
  await eventually(async () => (await listOpenIn(scene.filesFolder)).length === 0, "them to be closed");
  expect(((await stat(scene.filesFolder)).mode & 0o777).toString(8)).toBe("700");

  scene.plays("slack-internal_error", { method: "files.getUploadURLExternal", times: 1 });
  await asksForAll(scene, scene.ana);
  await isToldOfTrouble(scene, scene.ana);
  expect(await readdir(scene.filesFolder)).toEqual([]);
  await eventually(async () => (await listOpenIn(scene.filesFolder)).length === 0, "them to be closed");

  // And the next press works again.
  await asksForAll(scene, scene.ana);
  await scene.slack.until(() => filesOf(scene, scene.ana)[1], "the files again");
});

story("what a crash has left is gone after the next start", async () => {
  const filesFolder = join(await makeFolder(), "files");
  await mkdir(filesFolder);
  await writeFile(join(filesFolder, "left"), "Ana Ruiz");
  await openScene({ filesFolder });
  expect(await readdir(filesFolder)).toEqual([]);
});

story("who presses twice has one set of files, and is told so", async () => {
  const scene = await openScene();
  const { ana } = scene;
  const held = await scene.holdExports();
  expect(await asksForAll(scene, ana)).toContain(LOG_ON_ITS_WAY);
  await held.isUnderWay();
  expect(await asksForAll(scene, ana)).toContain(ALREADY);
  await held.letGo();
  await scene.slack.until(() => filesOf(scene, ana)[0], "the files");
  expect(await scene.audit("exported")).toEqual([{ actor: ana.id, alertId: null }]);

  // Once they are there, a press means new ones.
  expect(await asksForAll(scene, ana)).toContain(LOG_ON_ITS_WAY);
  await scene.slack.until(() => filesOf(scene, ana)[1], "the files again");
});

story("another admin's files are made next, and they are told that it takes longer", async () => {
  const scene = await openScene();
  const { ana, walt } = scene;
  const held = await scene.holdExports();
  await asksForAll(scene, ana);
  await held.isUnderWay();
  expect(await asksForAll(scene, walt)).toMatch(/on its way to you.* Another file is made first/s);
  // Time enough for a second one to begin.
  await scene.runsOnceMore("show alerts");
  await scene.runsOnceMore("show alerts");
  expect(await held.howMany()).toBe(1);
  await held.letGo();
  await scene.slack.until(() => filesOf(scene, walt)[0], "walt's files");
  const [first] = filesOf(scene, ana);
  const [second] = filesOf(scene, walt);
  expect(Number(first?.ts)).toBeLessThan(Number(second?.ts));
  expect(second?.files.map(({ name }) => name)).toEqual(first?.files.map(({ name }) => name));
});

story("texts go on, a STOP counts, and so does Stop, while files are made", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "3" } });
  const { ana, priya, twilio } = scene;
  await scene.addZone(
    "Dry Gulch",
    Array.from({ length: 40 }, (_, n) => `+1425555${1000 + n}`),
  );
  await scene.sends(priya, { zones: ["Dry Gulch"], kind: "Meeting" });
  const held = await scene.holdExports();
  await asksForAll(scene, ana);
  await held.isUnderWay();

  const before = twilio.ledger.length;
  const [to = ""] = await eventually(
    async () => twilio.ledger.length > before + 5 && twilio.ledger.map((each) => each.to),
    "more texts to leave",
  );
  await twilio.reply(to, "STOP");
  await eventually(async () => (await scene.audit("opted out")).length > 0, "the STOP to count");
  await priya.presses("Stop", await scene.messageSaying("Sending"));
  await scene.messageSaying(/not sent/);
  expect(filesOf(scene, ana)).toEqual([]);
  await held.letGo();
  await scene.slack.until(() => filesOf(scene, ana)[0], "the files");
});

story(
  "when Headgate is restarted meanwhile, it waits for no files, and says that they don't come",
  async () => {
    const scene = await openScene();
    const held = await scene.holdExports();
    await asksForAll(scene, scene.ana);
    await held.isUnderWay();
    const begun = performance.now();
    await scene.app.stop();
    expect(performance.now() - begun).toBeLessThan(10_000);
    const told = scene.slack.directMessages(scene.ana.id).map(({ text }) => text);
    expect(told).toEqual([
      "Headgate is being restarted, so the files were not sent. Press again in a few minutes.",
    ]);
    expect(filesOf(scene, scene.ana)).toEqual([]);
  },
);

story("where files can't be made at all, alerts go out, and who asks for a file is told", async () => {
  const home = await makeFolder();
  await symlink(home, join(home, "files"));
  const scene = await openScene({ filesFolder: join(home, "files") });
  await asksForAll(scene, scene.ana);
  await isToldOfTrouble(scene, scene.ana);
  await scene.sends(scene.priya, { zones: ["Old Town"] });
  await scene.messageSaying(/^Sent \d+ of \d+: \d+ delivered/m);
  expect(scene.log.some((line) => line.includes("no export will work"))).toBe(true);
  await rm(join(home, "files"));
});
