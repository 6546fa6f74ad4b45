// Step 8: /alert-log, for admins alone.
import { parse } from "csv-parse/sync";
import { expect, test as story } from "vitest";
import { z } from "zod";
import { record } from "../../src/audit/audit.ts";
import { writePhone } from "../../src/members/phone.ts";
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
  const review = await alertIsOver(scene);
  await opensLog(scene);
  const words = textOf(scene.ana.modal().content.blocks);
  const estimate = `Cost: about $${(scene.twilio.ledger.length * 0.0545).toFixed(2)} with the carriers' fees`;
  const [sentence = "", leftOut = ""] = review.text.split("\n");
  expect(words).toMatch(
    /\*\d+ · Emergency\* by <@U0PRIYA>, \w{3}, \w{3} \d+, \d{4}, \d+:\d\d [AP]M P[SD]T\n/,
  );
  expect(words).toContain(
    `\nMill Flats, Old Town\n>${BOIL}\n${sentence} ${estimate}; the provider's own prices come within a day.\n${leftOut}`,
  );
  expect(await scene.audit("viewed log")).toEqual([{ actor: scene.ana.id, alertId: null }]);

  // Some prices are no sum yet.
  await scene.billDelivered(0.01);
  await opensLog(scene);
  expect(textOf(scene.ana.modal().content.blocks)).toContain(estimate);
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
  const buttons = () => textOf(scene.ana.modal().content.blocks).split("\n");

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

async function opensDetails(scene: Scene) {
  await opensLog(scene);
  await scene.ana.pressesInModal("Details");
  await scene.slack.until(() => scene.slack.views(scene.ana.id).length === 2, "the details");
}

/** Reads the details to the last page. */
async function readsAll(scene: Scene): Promise<string[]> {
  const pages = [textOf(scene.ana.modal().content.blocks)];
  while (pages.at(-1)?.split("\n").includes("Next")) pages.push(await turnsTo(scene, "Next"));
  return pages;
}

const linesOf = (pages: readonly string[]) =>
  pages.flatMap((page) => page.split("\n").filter((line) => /^\(\d{3}\) /.test(line)));

story(
  "Details lists every phone with its outcome and times, those who were not reached first, and the audit entries",
  async () => {
    const scene = await openScene();
    const { ana, twilio } = scene;
    await alertIsOver(scene);
    await opensDetails(scene);

    const pages = await readsAll(scene);
    const { phones } = audienceOf(ZONES);
    expect(pages).toHaveLength(Math.ceil(phones.length / 40));
    const lines = linesOf(pages);
    expect(lines.map((line) => line.slice(0, 14)).toSorted()).toEqual(phones.map(writePhone).toSorted());
    const outcomes = lines.map((line) => /: \*(.*?)\*/.exec(line)?.[1]);
    expect(outcomes.slice(0, 2)).toEqual(["not reached", "not reached"]);
    expect(outcomes.lastIndexOf("not reached")).toBeLessThan(outcomes.indexOf("delivered"));
    for (const line of lines) {
      const phone = phones.find((each) => line.startsWith(writePhone(each))) ?? "";
      const sid = twilio.ledger.find(({ to }) => to === phone)?.sid;
      const outcome = sid === undefined ? "refused" : twilio.message(sid)?.status;
      expect(line).toMatch(
        outcome === "delivered"
          ? /: \*delivered\* \d+:\d\d [AP]M, sent \d+:\d\d [AP]M$/
          : /: \*not reached\* \([a-z].*\) \d+:\d\d [AP]M(, sent .*)?$/,
      );
      const [name = ""] = members
        .filter((each) => each.phone === phone)
        .map((each) => each.name.replace("&", "&amp;"));
      expect(line).toContain(name.slice(0, 15));
    }
    expect(pages[0]).toContain("Times are Los Angeles time.");
    for (const entry of ["<@U0PRIYA>: reviewed", "<@U0PRIYA>: confirmed", "system: finished"]) {
      expect(pages[0]).toMatch(new RegExp(`\\d{4}, \\d+:\\d\\d [AP]M P[SD]T, ${entry}`));
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

story("Next and Export stand above what is long, and again where one has read to", async () => {
  const scene = await openScene();
  await alertIsOver(scene);
  for (let n = 1; n <= 7; n++) await scene.addOldAlert(scene.dale, `This is text number ${n}.`);
  await opensLog(scene);
  const labels = () => textOf(scene.ana.modal().content.blocks).split("\n");
  expect(labels().slice(0, 2)).toEqual(["Older", "Export CSV"]);
  expect(labels().at(-1)).toBe("Older");
  await turnsTo(scene, "Older");
  await opensFirstDetails(scene);
  const words = labels();
  const [above, below] = [words.indexOf("Next"), words.lastIndexOf("Next")];
  expect(words[above + 1]).toBe("Export this alert");
  expect(above).toBeLessThan(words.findIndex((line) => line.startsWith("(")));
  expect(below).toBeGreaterThan(words.findLastIndex((line) => line.startsWith("(")));
});

async function opensFirstDetails({ ana, slack }: Scene) {
  const count = textOf(ana.modal().content.blocks)
    .split("\n")
    .filter((line) => line === "Details").length;
  await ana.pressesInModal("Details", count - 1);
  await slack.until(() => slack.views(ana.id).length === 2, "the details");
}

story("the details and the files name who had a number when it was sent, whoever has it now", async () => {
  const scene = await openScene();
  const { ana } = scene;
  const [phone = ""] = audienceOf(["Old Town"]).phones;
  const before = members.filter((each) => each.phone === phone).map(({ name }) => name);
  await alertIsOver(scene, { zones: ["Old Town"] });
  await scene.renameMembers(phone, "Somebody Else");
  await scene.addMember("Mill Flats", { name: "Newly Come", phone });
  await opensDetails(scene);
  const line = linesOf(await readsAll(scene)).find((each) => each.startsWith(writePhone(phone)));
  expect(line).toContain(before.join(", ").replaceAll("&", "&amp;"));
  expect(line).not.toMatch(/Somebody Else|Newly Come/);

  const { log } = await exports(scene, "Export this alert");
  const row = log.find((each) => each.phone === writePhone(phone));
  expect(row?.name).toBe(before.join(", "));
  expect(row?.zone).toBe("Old Town");
  expect(await scene.audit("exported")).toEqual([{ actor: ana.id, alertId: 1 }]);
});

story("what was refused stands in the details in plain words: what it was, and why", async () => {
  const scene = await openScene();
  const review = await scene.reviews(scene.priya);
  await scene.dale.presses("Send to", review);
  await scene.priya.presses("Send to", review);
  await scene.messageSaying(/^Sent \d+ of \d+: \d+ delivered/m);
  await opensDetails(scene);
  expect(textOf(scene.ana.modal().content.blocks)).toMatch(
    /, <@U0DALE>: refused: Send \(only the alert's author may\)/,
  );
  await scene.slack.close(scene.ana.id, scene.ana.modal().id);
  await scene.priya.runs("/alert-log");
  const { audit } = await exports(scene, "Export CSV");
  expect(audit.filter(({ what }) => what?.startsWith("refused")).map(({ who, what }) => [who, what])).toEqual(
    [
      [people.dale.realName, "refused: Send (only the alert's author may)"],
      [people.priya.realName, "refused: /alert-log (only admins and viewers may)"],
    ],
  );
});

/** Presses it, and reads the files that come. */
async function exports({ ana, slack }: Scene, button: "Export CSV" | "Export this alert") {
  const before = slack.directMessages(ana.id).length;
  await ana.pressesInModal(button);
  expect(await ana.sees("Headgate")).toContain("on its way to you as a direct message");
  const isNew = () =>
    slack
      .directMessages(ana.id)
      .slice(before)
      .find(({ files }) => files.length > 0);
  const { files, text } = await slack.until(isNew, "the files");
  const raw = files.map(({ content }) => content?.toString() ?? "");
  const [log = [], audit = [], texts = [], leftOut = []] = raw.map((content) =>
    z.array(z.record(z.string(), z.string())).parse(parse(content, { bom: true, columns: true })),
  );
  return { names: files.map(({ name }) => name), raw, text, log, audit, texts, leftOut };
}

story(
  "Export CSV brings the whole as files in a direct message, for people, and no cell starts a formula",
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
    const { names, raw, text, log, audit, texts, leftOut } = await exports(scene, "Export CSV");
    expect(text).toMatch(/^The alert log, a row for each phone .* keep them safe/);
    expect(text).toContain("Times are Los Angeles time.");
    expect(names).toEqual(["alert-log.csv", "audit-log.csv", "member-texts.csv", "left-out.csv"]);
    for (const content of raw) expect(content.startsWith("\uFEFF")).toBe(true);

    const { phones } = audienceOf(ZONES);
    expect(log.map(({ phone }) => phone).toSorted()).toEqual(phones.map(writePhone).toSorted());
    const CLOCK = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
    for (const row of log) {
      expect(row).toMatchObject({
        kind: "Emergency",
        by: people.priya.realName,
        text: `'${formula}`,
        segments: "1",
      });
      expect(row["sent to"]).toMatch(/^'[@+]/);
      expect(row["confirmed (Los Angeles time)"]).toMatch(CLOCK);
      const sent = twilio.ledger.find(({ sid }) => sid === row["message SID"]);
      const phone = phones.find((each) => writePhone(each) === row.phone);
      if (sent) expect(sent.to).toBe(phone);
      const isDelivered = sent !== undefined && twilio.message(sent.sid)?.status === "delivered";
      expect(row.outcome).toBe(isDelivered ? "delivered" : "not reached");
      expect(row.reason === "").toBe(isDelivered);
      if (isDelivered) expect(row["sent (Los Angeles time)"]).toMatch(CLOCK);
      const holders = members.filter((each) => each.phone === phone);
      expect(row.account?.split(", ").toSorted()).toEqual(holders.map(({ account }) => account).toSorted());
      expect(row.name?.split(", ").toSorted()).toEqual(holders.map(({ name }) => name).toSorted());
    }
    expect(audit.map(({ who, what }) => `${who} ${what}`)).toEqual(
      expect.arrayContaining([
        `${people.priya.realName} reviewed`,
        `${people.priya.realName} confirmed`,
        "system finished",
        `${people.ana.realName} exported`,
      ]),
    );
    const writers = members.filter(({ phone }) => phone === writer).map(({ name }) => name);
    expect(texts).toMatchObject([
      { phone: writePhone(writer), name: writers.join(", "), text: "'=1+1 is when?" },
    ]);
    const { optedOut, noMobile } = audienceOf(ZONES);
    const reasons = Map.groupBy(leftOut, ({ reason }) => reason);
    expect([...reasons].map(([reason, rows]) => [reason, rows.length]).sort()).toEqual([
      ["opted out", optedOut],
      ["without a mobile number", noMobile],
    ]);
    for (const row of leftOut) {
      const { phone, name } = members.find(({ account }) => account === row.account) ?? {};
      expect(row).toMatchObject({ alert: "1", name, phone: phone && writePhone(phone) });
    }
    const cells = [...leftOut, ...log, ...audit, ...texts].flatMap((row) => Object.values(row));
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(cells.filter((cell) => /\+1\d{10}|\bU0[A-Z]+\b/.test(cell))).toEqual([]);
    expect(await scene.audit("exported")).toEqual([{ actor: ana.id, alertId: null }]);
    // Only she got them.
    for (const { id } of [people.priya, people.walt]) expect(slack.directMessages(id)).toEqual([]);
  },
);

story("one alert can be exported from its details, and nothing of another is in it", async () => {
  const scene = await openScene();
  await alertIsOver(scene, { zones: ["Old Town"] });
  await alertIsOver(scene, { zones: ["Mill Flats"], message: `${BOIL} Again.` });
  await opensDetails(scene);
  const { names, log, audit, leftOut } = await exports(scene, "Export this alert");
  expect(names).toEqual([
    "alert-2-phones.csv",
    "alert-2-audit-log.csv",
    "alert-2-member-texts.csv",
    "alert-2-left-out.csv",
  ]);
  const { phones, optedOut, noMobile } = audienceOf(["Mill Flats"]);
  expect(log.map(({ phone }) => phone).toSorted()).toEqual(phones.map(writePhone).toSorted());
  expect(leftOut).toHaveLength(optedOut + noMobile);
  expect(new Set([...log, ...audit, ...leftOut].map(({ alert }) => alert))).toEqual(new Set(["2"]));
  expect(audit.map(({ what }) => what)).toContain("confirmed");
});

story("where Slack does not say what somebody is called, the files have their id", async () => {
  const scene = await openScene();
  await alertIsOver(scene, { zones: ["Old Town"] });
  await scene.makeAuthor({ id: "U0LEFT" });
  await opensLog(scene);
  const { log } = await exports(scene, "Export CSV");
  expect(new Set(log.map(({ by }) => by))).toEqual(new Set(["U0LEFT"]));
});

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
  const shown = [...list.matchAll(/<@person (\d+)>: resent$/gm)].map(([, n]) => Number(n));
  expect(shown).toEqual(Array.from({ length: 25 }, (_, index) => index + 6));
  expect(list).toMatch(/\nand 5 more: press Export this alert$/);
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
    "alert,kind,by,confirmed (Los Angeles time),sent to,account,name,zone,phone,outcome,reason,code," +
      "sent (Los Angeles time),outcome since (Los Angeles time),text,segments,price,message SID\n",
  );
  expect(contents[2]).toBe("received (Los Angeles time),account,name,phone,text,alert\n");
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

story("a viewer reads the log, its details and its files, and sends nothing", async () => {
  const scene = await openScene();
  const { dale, slack } = scene;
  await scene.putOnBoard(dale, "viewer");
  await alertIsOver(scene);
  await dale.runs("/alert-log");
  await dale.sees("Alert log");
  await dale.pressesInModal("Details");
  await slack.until(() => slack.views(dale.id).length === 2, "the details");
  await dale.pressesInModal("Export this alert");
  await slack.until(() => slack.directMessages(dale.id).find(({ files }) => files.length > 0), "the files");
  await dale.runs("/alert", "Boil your water.");
  await dale.isTold("Only operators and admins can do this; viewers read the log.");
  expect(await scene.lastAudit()).toMatchObject({ actor: dale.id, what: "/alert", why: "not an operator" });
});

story(
  "an operator is refused at the command and at every button, and each time that is recorded",
  async () => {
    const scene = await openScene();
    const { ana, priya, slack } = scene;
    await alertIsOver(scene);
    await priya.runs("/alert-log");
    await priya.isTold("Only admins and viewers can do this. Nothing was changed; this was recorded.");
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
        why: "not a viewer",
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
