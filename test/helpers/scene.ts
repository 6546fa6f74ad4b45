// Scenes for stories: the invented co-op, the real app, and people who do things.
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type AppOptions, startApp } from "../../src/app.ts";
import { createLog } from "../../src/log.ts";
import type { OwnName } from "../../src/own-settings.ts";
import { people } from "../../src/practice/co-op/people.ts";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { type PracticeOptions, practiceConfig, startPractice } from "../../src/practice/start.ts";
import { changeSetting } from "../../src/settings/change.ts";
import { readKept } from "../../src/settings/settings.ts";
import { connectTo, createFilledDatabase } from "./database.ts";
import { eventually } from "./eventually.ts";
import { makeFolder } from "./files.ts";
import { createAnswers } from "./scene/answers.ts";
import { buttonOf, fieldOf, textOf } from "./scene/blocks.ts";
import { createChanges } from "./scene/changes.ts";
import { createExportHold } from "./scene/exports.ts";
import { createFreezeAnswers } from "./scene/freeze.ts";
import { createHome } from "./scene/home.ts";
import { createTime } from "./scene/time.ts";

type Name = keyof typeof people;

export { buttonOf, textOf };
export type Scene = Awaited<ReturnType<typeof openScene>>;

/** As fast as the machine goes, unless a story is about pace. */
const UNHURRIED = { SEGMENTS_PER_SECOND: "1000" };

export type SceneOptions = Partial<Omit<PracticeOptions, "port" | "log">>;

/** Everything is torn down when the test ends. */
export async function openScene({ settings, ...options }: SceneOptions = {}) {
  const database = options.database ?? { url: await createFilledDatabase() };
  const isFilled = options.isFilled ?? options.database === undefined;
  const lines: string[] = [];
  const log = createLog("trace", { write: (line) => lines.push(line) });
  const rhythm = { updateEverySeconds: 0, roundEveryMs: 250, checkEveryMs: 2_000 };
  // At this rhythm Slack's limits can't be kept.
  const filesFolder = options.filesFolder ?? join(await makeFolder(), "files");
  const common = { database, log, rhythm, slack: { rateLimits: false }, ...options, filesFolder };
  const practice = await startPractice({
    ...common,
    isFilled,
    port: 0,
    settings: { ...UNHURRIED, ...settings },
  });
  const { slack, twilio, troubles } = practice.world;
  // What is registered first ends last: the lines of the shutdown are looked at too.
  onTestFinished(() => {
    const texts = twilio.requests.map(({ body }) => body);
    const secrets = [slack.botToken, slack.signingSecret, twilio.authToken, ...new Set(texts)];
    const leaks = lines.filter((line) => PHONE.test(line) || secrets.some((secret) => line.includes(secret)));
    expect(leaks, "log lines with a phone number, a text or a token").toEqual([]);
    const unfurled = slack.workspace.messages.filter(({ unfurls }) => unfurls).map(({ text }) => text);
    expect(unfurled, "messages whose links Slack would open").toEqual([]);
  });
  onTestFinished(practice.close);
  const connection = connectTo(database.url);
  const time = createTime(connection);

  function somebody(name: Name) {
    const { id } = people[name];
    const modal = () => {
      const view = slack.topView(id);
      if (!view) throw new Error(`${name} has no modal open.`);
      return view;
    };
    return {
      id,
      runs: (command: string, text = "", channel = slack.channelId) =>
        slack.runCommand(id, command, text, channel),
      modal,
      /** Fills in the modal on top, by the labels that a person reads, and submits it. */
      submits: (typed: Record<string, string | readonly string[]>) => {
        const { blocks } = modal().content;
        const values = Object.entries(typed).map(([label, value]) => fieldOf(blocks, label, value));
        return slack.submit(id, modal().id, Object.fromEntries(values));
      },
      presses: (label: string, message: Message) =>
        slack.click(id, {
          ...buttonOf(message.blocks, label),
          messageTs: message.ts,
          channelId: message.channelId,
        }),
      /** The nth button with this label in the modal on top. */
      pressesInModal: (label: string, nth = 0) =>
        slack.click(id, { ...buttonOf(modal().content.blocks, label, nth), viewId: modal().id }),
      /** Waits for the modal with this title on top, and reads it. */
      sees: async (title: string) => {
        await slack.until(() => slack.topView(id)?.content.title.text === title, `${name} to see "${title}"`);
        return textOf(modal().content.blocks);
      },
      ...createHome(slack, id, name),
      /** Waits for these words, for this person alone. */
      isTold: (words: string | RegExp) =>
        slack.until(
          () => slack.ephemerals(id).findLast(({ text }) => text.match(words) !== null)?.text,
          `${name} to be told ${words}`,
        ),
    };
  }

  const everybody = {
    ana: somebody("ana"),
    walt: somebody("walt"),
    priya: somebody("priya"),
    dale: somebody("dale"),
    june: somebody("june"),
    rick: somebody("rick"),
    gus: somebody("gus"),
    opal: somebody("opal"),
    cody: somebody("cody"),
  };

  const boardMessages = () =>
    slack
      .messages(everybody.ana.id)
      .filter(({ blocks, threadTs }) => blocks.length > 0 && threadTs === undefined);
  /** The alert's one message, once it says this. */
  const messageSaying = (words: string | RegExp): Promise<Message> => {
    const says = ({ text, blocks }: Message) => `${text}\n${textOf(blocks)}`.search(asPattern(words)) >= 0;
    return slack
      .until(() => boardMessages().findLast(says), `a message saying ${words}`, 15_000)
      .catch((error: Error) => {
        const texts = boardMessages().map(({ text }) => text);
        throw new Error([error.message, "The messages are:", ...texts].join("\n"));
      });
  };

  return {
    ...everybody,
    ...createAnswers(connection),
    ...createFreezeAnswers(connection.client),
    ...createExportHold(connection.client),
    ...createChanges(connection, slack.teamId),
    ...time,
    slack,
    twilio,
    /** Something goes wrong from now on, by its name in src/practice/trouble/table.ts. */
    plays: troubles.begin,
    /** All is as usual again, or this one thing. */
    isOn: troubles.isOn,
    ends: (name?: string) => (name === undefined ? troubles.close() : troubles.end(name)),
    url: practice.world.url,
    app: practice.app,
    db: connection.db,
    databaseUrl: database.url,
    filesFolder,
    log: lines,
    boardMessages,
    messageSaying,
    /** An admin changes one of the co-op's own settings, and the app has heard of it. */
    async changesSetting({ id: userId }: { id: string }, name: OwnName, typed: string): Promise<void> {
      const heard = () => lines.filter((line) => line.includes("an admin has changed the settings")).length;
      const before = heard();
      const seen = (await readKept(connection.db)).get(name)?.version ?? 0;
      const change = { name, typed, seen };
      const by = { teamId: slack.teamId, userId };
      const { outcome } = await connection.db.transaction((tx) =>
        changeSetting(tx, change, by, { given: {} }),
      );
      expect(outcome).toBe("changed");
      await eventually(async () => heard() > before, "the app to hear of it");
    },
    /** Waits until this job has gone through everything once more, from beginning to end. */
    async runsOnceMore(job: string): Promise<void> {
      const isEnd = (line: string) => line.includes(`"job":"${job}"`) && line.includes("a round has ended");
      const rounds = () => lines.filter(isEnd).length;
      // The round that is under way may have passed it already.
      const enough = rounds() + 2;
      await time.wakeJobs();
      await eventually(async () => rounds() >= enough, `two rounds of the job "${job}"`);
    },
    /** Writes an alert and gets as far as its review. */
    async reviews(
      author: ReturnType<typeof somebody>,
      { zones = ["Old Town"], kind = "Emergency", message = BOIL }: Draft = {},
    ): Promise<Message> {
      const before = new Set(boardMessages().map(({ ts }) => ts));
      const left = slack.topView(author.id)?.id;
      await author.runs("/alert");
      await slack.until(() => slack.topView(author.id)?.id !== left, "the form");
      await author.sees("New alert");
      const { errors, failure } = await author.submits({ Zones: zones, Kind: kind, Message: message });
      if (failure || Object.keys(errors).length > 0)
        throw new Error(`No review: ${failure} ${JSON.stringify(errors)}`);
      // Another alert's failures may be named in its thread meanwhile.
      const isNew = ({ ts, threadTs }: Message) => !before.has(ts) && threadTs === undefined;
      const review = await slack.until(() => boardMessages().find(isNew), "the review");
      await slack.until(
        () => textOf(author.modal().content.blocks).includes("Your review is in"),
        "the window to say where the review is",
      );
      await slack.close(author.id, author.modal().id);
      return review;
    },
    /** Reviews an alert, and presses Send. @returns the alert's message as it was reviewed */
    async sends(author: ReturnType<typeof somebody>, draft: Draft = {}): Promise<Message> {
      const review = await this.reviews(author, draft);
      const { failure } = await author.presses("Send to", review);
      if (failure) throw new Error(failure);
      return review;
    },
    /** What stands below a message, each with all that a person reads in it. */
    thread: (message: Message): Message[] =>
      slack
        .thread(message.channelId, message.ts)
        .map((told) => ({ ...told, text: [told.text, textOf(told.blocks)].join("\n") })),
    /** Another instance of the app, on the same database; stopped when the test ends. */
    async startAnother(more: Pick<AppOptions, "now"> = {}, settingsOfIts: Record<string, string> = {}) {
      const given = { ...UNHURRIED, ...settings, ...settingsOfIts, PORT: "0" };
      const config = practiceConfig(practice.world, practice.app.port, given);
      const app = await startApp({ ...common, ...more, config });
      onTestFinished(app.stop);
      return app;
    },
  };
}

type Draft = { zones?: string[]; kind?: string; message?: string };
const asPattern = (words: string | RegExp) => (typeof words === "string" ? RegExp.escape(words) : words);
const PHONE = /1\d{3}55501\d\d/;

export const BOIL = "Mill Creek Water Co-op: boil your water before drinking, until further notice.";
