// Step 8: /alert-log, for admins alone.
import { parse } from "csv-parse/sync";
import { expect, test as story } from "vitest";
import { z } from "zod";
import { record } from "../../src/audit/audit.ts";
import { members, people } from "../../src/practice/co-op/people.ts";
import { audienceOf } from "../helpers/audience.ts";
import { BOIL, openScene, type Scene, textOf } from "../helpers/scene.ts";

const ZONES = ["Old Town", "Mill Flats"];

/** An alert of Priya's that has come to its end. */
async function alertIsOver(scene: Scene, { message = BOIL, zones = ZONES } = {}) {
  const review = await scene.sends(scene.priya, { zones, message });
  await scene.messageSaying(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\.$/m);
  return review;
}

async function opensLog({ ana, slack }: Scene) {
  const before = slack.topView(ana.id)?.id;
  await ana.runs("/alert-log");
  await slack.until(() => slack.topView(ana.id)?.id !== before, "the log");
  expect(ana.modal().content.title.text).toBe("Alert log");
}

/** Presses a button of the modal on top and waits until something else stands there. */
async function turnsTo({ ana, slack }: Scene, button: string) {
  const before = textOf(ana.modal().content.blocks);
  await ana.pressesInModal(button);
  return slack.until(() => {
    const now = textOf(ana.modal().content.blocks);
    return now !== before && now;
  }, `another page by "${button}"`);
}

story("the log says who sent what, when, where, how it went and what it cost", async () => {
  const scene = await openScene({ settings: { PRICE_PER_SEGMENT: "0.05" } });
  const { phones } = audienceOf(ZONES);
  const review = await alertIsOver(scene);
  await opensLog(scene);
  const words = textOf(scene.ana.modal().content.blocks);
  const [sentence = "", leftOut = ""] = review.text.split("\n");
  expect(words).toMatch(/\*\d+ · Emergency\* by <@U0PRIYA>, \w{3}, \w{3} \d+, \d{4}, \d+:\d\d [AP]M\n/);
  expect(words).toContain(
    `\nMill Flats, Old Town\n>${BOIL}\n${sentence} about $${(phones.length * 0.05).toFixed(2)} (estimate)\n${leftOut}`,
  );
  expect(await scene.audit("viewed log")).toEqual([{ actor: scene.ana.id, alertId: null }]);

  await scene.billDelivered(0.01);
  await opensLog(scene);
  const delivered = Number(/(\d+) delivered/.exec(sentence)?.[1]);
  expect(textOf(scene.ana.modal().content.blocks)).toContain(
    `$${(delivered * 0.01).toFixed(2)} billed so far`,
  );
});

story("an empty log says so, and drafts are not in it", async () => {
  const scene = await openScene();
  await scene.reviews(scene.priya);
  await opensLog(scene);
  expect(textOf(scene.ana.modal().content.blocks)).toContain("Nothing has been sent yet.");
});

story("the log is read page by page, newest first, and back", async () => {
  const scene = await openScene();
  for (let n = 1; n <= 14; n++) await scene.addOldAlert(scene.dale, `This is text number ${n}.`);
  await opensLog(scene);
  const shown = () =>
    [...textOf(scene.ana.modal().content.blocks).matchAll(/text number (\d+)\./g)].map(([, n]) => Number(n));
  const buttons = () => textOf(scene.ana.modal().content.blocks).split("\n").slice(-3);

  expect(shown()).toEqual([14, 13, 12, 11, 10, 9]);
  expect(buttons()).not.toContain("Newest");
  await turnsTo(scene, "Older");
  expect(shown()).toEqual([8, 7, 6, 5, 4, 3]);
  await turnsTo(scene, "Older");
  expect(shown()).toEqual([2, 1]);
  expect(buttons()).not.toContain("Older");
  await turnsTo(scene, "Newest");
  expect(shown()).toEqual([14, 13, 12, 11, 10, 9]);
});

story(
  "Details lists every phone with its outcome and times, and the audit entries, over the log",
  async () => {
    const scene = await openScene();
    const { ana, twilio } = scene;
    await alertIsOver(scene);
    await opensLog(scene);
    await ana.pressesInModal("Details");
    await scene.slack.until(
      () => ana.modal().content.title.text.startsWith("Alert ") && ana.modal().previousViewId,
      "the details",
    );

    const pages = [textOf(ana.modal().content.blocks)];
    while (pages.at(-1)?.split("\n").includes("Next")) pages.push(await turnsTo(scene, "Next"));
    const { phones } = audienceOf(ZONES);
    expect(pages).toHaveLength(Math.ceil(phones.length / 40));
    const lines = pages.flatMap((page) => page.split("\n").filter((line) => line.startsWith("+1")));
    expect(lines.map((line) => line.slice(0, 12)).toSorted()).toEqual(phones.toSorted());
    for (const line of lines) {
      const phone = line.slice(0, 12);
      const status = twilio.ledger.find(({ to }) => to === phone)?.sid;
      const outcome = status === undefined ? "refused" : twilio.message(status)?.status;
      expect(line).toMatch(
        outcome === "delivered"
          ? /: \*delivered\* \d+:\d\d:\d\d [AP]M, taken \d+:\d\d:\d\d [AP]M$/
          : /: \*(not delivered|refused)\* \([a-z].* \(\d{5}\)\) \d+:\d\d:\d\d [AP]M(, taken .*)?$/,
      );
      const [name = ""] = members
        .filter((each) => each.phone === phone)
        .map((each) => each.name.replace("&", "&amp;"));
      expect(line).toContain(name.slice(0, 15));
    }
    for (const entry of ["reviewed by <@U0PRIYA>", "confirmed by <@U0PRIYA>", "finished by system"]) {
      expect(pages[0]).toMatch(new RegExp(`\\d{4}, \\d+:\\d\\d [AP]M: ${entry}`));
    }
    const [first] = (await turnsTo(scene, "Back to the first")).split("*Audit entries*");
    expect(pages[0]).toContain(first);
    expect(await scene.audit("viewed log")).toEqual([
      { actor: ana.id, alertId: null },
      { actor: ana.id, alertId: expect.any(Number) },
    ]);
    await scene.slack.close(ana.id, ana.modal().id);
    expect(ana.modal().content.title.text).toBe("Alert log");
  },
);

story(
  "Export CSV brings the whole as files in a direct message, in which no cell starts a formula",
  async () => {
    const scene = await openScene();
    const { ana, slack, twilio } = scene;
    const formula = '=HYPERLINK("https://evil.example","Mill Creek Water Co-op")';
    const zones = ["@SUM(1,1)", "+2"];
    for (const [n, zone] of ZONES.entries()) await scene.renameZone(zone, zones[n] ?? "");
    await alertIsOver(scene, { message: formula, zones });
    const [writer = ""] = audienceOf(ZONES).phones;
    await twilio.reply(writer, "=1+1 is when?");
    await opensLog(scene);
    await ana.pressesInModal("Export CSV");
    expect(await ana.sees("Headgate")).toContain("on its way to you as a direct message");
    const { files, text } = await slack.until(
      () => slack.directMessages(ana.id).find((message) => message.files.length > 0),
      "the files",
    );
    expect(text).toContain("keep them safe");
    expect(files.map(({ name }) => name)).toEqual([
      "alert-log.csv",
      "audit-log.csv",
      "member-texts.csv",
      "left-out.csv",
    ]);
    const [log = [], audit = [], replies = [], leftOut = []] = files.map(({ content }) =>
      z.array(z.record(z.string(), z.string())).parse(parse(content ?? "", { bom: true, columns: true })),
    );

    const { phones } = audienceOf(ZONES);
    expect(log.map(({ phone }) => phone?.replace(/^'/, "")).toSorted()).toEqual(phones.toSorted());
    for (const row of log) {
      expect(row).toMatchObject({ kind: "Emergency", by: "U0PRIYA", text: `'${formula}`, segments: "1" });
      expect(row.zones).toMatch(/^'[@+]/);
      expect(row.confirmed).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      const sent = twilio.ledger.find(({ sid }) => sid === row["message SID"]);
      expect(row.phone).toBe(`'${sent?.to ?? row.phone?.slice(1)}`);
      expect(row.status).toBe(sent ? twilio.message(sent.sid)?.status : "rejected");
    }
    expect(audit.map(({ actor, action }) => `${actor} ${action}`)).toEqual(
      expect.arrayContaining(["U0PRIYA reviewed", "U0PRIYA confirmed", "system finished", "U0ANA exported"]),
    );
    expect(replies).toMatchObject([{ phone: `'${writer}`, text: "'=1+1 is when?" }]);
    const { optedOut, noMobile } = audienceOf(ZONES);
    const reasons = Map.groupBy(leftOut, ({ reason }) => reason);
    expect([...reasons].map(([reason, rows]) => [reason, rows.length]).sort()).toEqual([
      ["opted out", optedOut],
      ["without a mobile number", noMobile],
    ]);
    for (const row of leftOut) {
      const { phone, name } = members.find(({ account }) => account === row.account) ?? {};
      expect(row).toMatchObject({ alert: "1", name, phone: phone && `'${phone}` });
    }
    const cells = [...leftOut, ...log, ...audit, ...replies].flatMap((row) => Object.values(row));
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(await scene.audit("exported")).toEqual([{ actor: ana.id, alertId: null }]);
    // Only she got them.
    for (const { id } of [people.priya, people.walt]) expect(slack.directMessages(id)).toEqual([]);
  },
);

story("Details shows what was done about an alert last, and how much more there is", async () => {
  const scene = await openScene();
  const alertId = await scene.addOldAlert(scene.dale, "Hello.");
  const { teamId } = scene.slack;
  for (let n = 1; n <= 30; n++) {
    const entry = { actor: { teamId, userId: `person ${n}` }, action: "resent" as const, alertId };
    await scene.db.transaction((tx) => record(tx, entry));
  }
  await opensLog(scene);
  await scene.ana.pressesInModal("Details");
  await scene.slack.until(() => scene.slack.views(scene.ana.id).length === 2, "the details");
  const [, list = ""] = textOf(scene.ana.modal().content.blocks).split("*Audit entries*\n");
  const shown = [...list.matchAll(/resent by <@person (\d+)>$/gm)].map(([, n]) => Number(n));
  expect(shown).toEqual(Array.from({ length: 25 }, (_, index) => index + 6));
  expect(list).toMatch(/\nand 5 more in the export$/);
});

story("a file of the export without rows still says what would stand in it", async () => {
  const scene = await openScene();
  const { ana, slack } = scene;
  await opensLog(scene);
  await ana.pressesInModal("Export CSV");
  const { files } = await slack.until(
    () => slack.directMessages(ana.id).find((message) => message.files.length > 0),
    "the files",
  );
  const contents = files.map(({ content }) => content?.toString().replace(/^\uFEFF/, ""));
  expect(contents[0]).toBe(
    "alert,kind,by,confirmed,zones,text,phone,status,reason,taken,status since,segments,price,message SID\n",
  );
  expect(contents[2]).toBe("received,phone,text,alert\n");
  expect(contents[3]).toBe("alert,account,name,zone,phone,reason\n");
});

story("when the files can't be brought, the admin is told", async () => {
  const scene = await openScene();
  await opensLog(scene);
  scene.plays("slack-internal_error", { method: "files.completeUploadExternal", times: 1 });
  await scene.ana.pressesInModal("Export CSV");
  const told = () =>
    scene.slack.directMessages(scene.ana.id).find(({ text }) => text.includes("Something went wrong"));
  expect((await scene.slack.until(told, "ana to be told")).files).toEqual([]);
});

story(
  "an operator is refused at the command and at every button, and each time that is recorded",
  async () => {
    const scene = await openScene();
    const { ana, priya, slack } = scene;
    await alertIsOver(scene);
    await priya.runs("/alert-log");
    await priya.isTold("Only admins can do this. Nothing was changed; this was recorded.");
    expect(slack.topView(priya.id)).toBeUndefined();

    await opensLog(scene);
    await ana.pressesInModal("Details");
    await scene.slack.until(() => slack.views(ana.id).length === 2, "the details");
    await ana.pressesInModal("Next");
    await slack.close(ana.id, ana.modal().id);
    await ana.pressesInModal("Export CSV");
    await slack.until(
      () => slack.directMessages(ana.id).some(({ files }) => files.length > 0),
      "ana's files",
    );
    // The same presses, but as if they came from Priya.
    const presses = slack.requests.flatMap(({ body }) => new URLSearchParams(body).get("payload") ?? []);
    const logs = presses.filter(
      (payload) => /"action_id":"(log|details)-/.test(payload) && payload.includes(ana.id),
    );
    expect(logs).toHaveLength(3);
    const calls = slack.calls.length;
    for (const payload of logs) {
      const { status } = await slack.send({ payload: payload.replaceAll(ana.id, priya.id) });
      expect(status).toBe(200);
    }
    const refused = await scene.audit("refused");
    expect(refused).toEqual(
      ["/alert-log", "log-details", "details-next", "log-export"].map((what) => ({
        actor: priya.id,
        alertId: null,
        what,
        why: "not an admin",
      })),
    );
    const methods = slack.calls.slice(calls).map(({ method }) => method);
    expect(methods).not.toContain("files.completeUploadExternal");
    expect(methods).not.toContain("views.update");
    expect(slack.directMessages(priya.id)).toEqual([]);
  },
);

story("what people typed mentions nobody in the log either", async () => {
  const scene = await openScene();
  const [hostile = ""] = audienceOf(["Mill Flats"]).phones;
  await scene.renameZone("Mill Flats", "<!channel> Flats");
  await scene.renameMembers(hostile, "<!here> & Sons");
  const review = await scene.sends(scene.priya, {
    zones: ["<!channel> Flats"],
    message: "pH &lt; 7 &amp; &lt;https://evil.example&gt; |click|",
  });
  await scene.slack.until(
    () => /^Sent \d+ of \d+: \d+ delivered, \d+ not reached/.test(review.text),
    "the end",
  );
  await opensLog(scene);
  const log = JSON.stringify(scene.ana.modal().content.blocks);
  await scene.ana.pressesInModal("Details");
  await scene.slack.until(() => scene.slack.views(scene.ana.id).length === 2, "the details");
  const details = JSON.stringify(scene.ana.modal().content.blocks.filter(({ type }) => type !== "rich_text"));
  for (const words of [log, details]) {
    expect(words).toContain("&lt;!channel&gt; Flats");
    expect(words).not.toMatch(/<(?!@U0PRIYA>)/);
  }
  expect(details).toContain("&lt;!here&gt; &amp; Sons");
});
