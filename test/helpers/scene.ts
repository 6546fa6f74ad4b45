// Scenes for stories: the invented co-op, the real app, and people who do things.
import { onTestFinished } from "vitest";
import { openDatabase } from "../../src/db/open.ts";
import { createLog } from "../../src/log.ts";
import { people } from "../../src/practice/people.ts";
import type { Message } from "../../src/practice/slack/slack.ts";
import { type PracticeOptions, startPractice } from "../../src/practice/start.ts";
import { createTestDatabase } from "./database.ts";

type Block = Message["blocks"][number];
type Name = keyof typeof people;
export type Scene = Awaited<ReturnType<typeof openScene>>;

/** As fast as the machine goes, unless a story is about pace. */
const UNHURRIED = { SEGMENTS_PER_SECOND: "1000" };

export type SceneOptions = Partial<Omit<PracticeOptions, "port" | "log" | "databaseUrl">>;

/** Everything is torn down when the test ends. */
export async function openScene({ settings, ...options }: SceneOptions = {}) {
  const databaseUrl = await createTestDatabase();
  const log: string[] = [];
  const practice = await startPractice({
    port: 0,
    databaseUrl,
    log: createLog("debug", { write: (line) => log.push(line) }),
    settings: { ...UNHURRIED, ...settings },
    rhythm: { updateEverySeconds: 0, roundEveryMs: 20 },
    ...options,
  });
  onTestFinished(practice.close);
  const { slack, twilio } = practice.world;
  const connection = openDatabase(databaseUrl, { maxConnections: 2 });
  onTestFinished(connection.close);

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

  const boardMessages = () => slack.messages(everybody.ana.id).filter(({ blocks }) => blocks.length > 0);
  /** The alert's one message, once it says this. */
  const messageSaying = (words: string | RegExp): Promise<Message> =>
    slack.until(
      () =>
        boardMessages().findLast(({ text, blocks }) => `${text}\n${textOf(blocks)}`.match(words) !== null),
      `a message saying ${words}`,
      15_000,
    );

  return {
    ...everybody,
    slack,
    twilio,
    app: practice.app,
    db: connection.db,
    client: connection.client,
    databaseUrl,
    log,
    boardMessages,
    messageSaying,
    /** Writes an alert and gets as far as its review. */
    async reviews(
      author: ReturnType<typeof somebody>,
      { zones = ["Old Town"], kind = "Emergency", message = BOIL } = {},
    ): Promise<Message> {
      await author.runs("/alert");
      await author.sees("New alert");
      const { errors, failure } = await author.submits({ Zones: zones, Kind: kind, Message: message });
      if (failure || Object.keys(errors).length > 0)
        throw new Error(`No review: ${failure} ${JSON.stringify(errors)}`);
      return messageSaying("Nothing is sent yet");
    },
    thread: (message: Message) => slack.thread(message.channelId, message.ts),
  };
}

export const BOIL = "Mill Creek Water Co-op: boil your water before drinking, until further notice.";

/** All that a person could read in these blocks, in their order. */
export function textOf(blocks: readonly Block[]): string {
  return collect(blocks, (key, value) => (key === "text" && typeof value === "string" ? [value] : [])).join(
    "\n",
  );
}

export function buttonOf(blocks: readonly Block[], label: string, nth = 0) {
  const found = collect(blocks, (_, value) =>
    isButton(value) && value.text.text.startsWith(label)
      ? [{ actionId: value.action_id, value: value.value }]
      : [],
  );
  const button = found[nth];
  if (!button) throw new Error(`There is no button ${label}; it says:\n${textOf(blocks)}`);
  return button;
}

type Button = { type: "button"; text: { text: string }; action_id: string; value: string };
const isButton = (node: unknown): node is Button =>
  typeof node === "object" && node !== null && "type" in node && node.type === "button";

/** What is found in a tree, by key and value, in its order. */
function collect<T>(node: unknown, look: (key: string, value: unknown) => T[], key = ""): T[] {
  const here = look(key, node);
  if (typeof node !== "object" || node === null) return here;
  return [...here, ...Object.entries(node).flatMap(([name, value]) => collect(value, look, name))];
}

type Offer = { value: string; text: { text: string } };

/** A field's address in the form of the stand-in, and options by what they are called. */
function fieldOf(blocks: readonly Block[], label: string, value: string | readonly string[]) {
  const block = blocks.find((each) => each.type === "input" && each.label.text === label);
  if (block?.type !== "input") throw new Error(`There is no field ${label}.`);
  const { element } = block;
  const offers: Offer[] = "options" in element ? (element.options ?? []) : [];
  const valueFor = (name: string) => {
    if (offers.length === 0) return name;
    const offer = offers.find(({ text }) => text.text === name || text.text.startsWith(`${name} (`));
    if (!offer)
      throw new Error(`${label} offers no ${name}, only: ${offers.map(({ text }) => text.text).join(", ")}`);
    return offer.value;
  };
  const address = `${block.block_id}/${element.action_id}`;
  return [address, typeof value === "string" ? valueFor(value) : value.map(valueFor)] as const;
}
