// The state of the invented workspace: everything that Slack itself would remember.
import { createChanges } from "../changes.ts";
import {
  type Block,
  elementsIn,
  type HomeView,
  type ModalView,
  type PlacedElement,
} from "./block-kit/blocks.ts";
import type { Offer } from "./block-kit/elements.ts";
import { readManifest } from "./manifest.ts";
import type { ElementState } from "./values.ts";

export type SlackPerson = {
  /** `U...` */
  id: string;
  /** The short name, as in `@ana`. */
  name: string;
  realName: string;
  /** The heading under which the page lists this person. */
  role: string;
  /** An id other than the workspace's means a person of another company, who came in by Slack Connect. */
  teamId: string;
  isBot: boolean;
  deleted: boolean;
  isRestricted: boolean;
  isUltraRestricted: boolean;
  isStranger: boolean;
  /** The ids of the channels that this person is in. */
  channelIds: readonly string[];
};

export type SlackFile = {
  id: string;
  name: string;
  title: string;
  length: number;
  /** Undefined before it is uploaded, and when it is deleted. */
  content: Buffer | undefined;
  /** Whose it is: a person's id, or the app's. */
  owner: string;
  created: Date;
  isDeleted: boolean;
};

export type Message = {
  ts: string;
  channelId: string;
  /** A person's id, the app's, or Slackbot's. */
  user: string;
  text: string;
  blocks: Block[];
  threadTs: string | undefined;
  /** A reply in a thread that stands in the channel too. */
  isBroadcast: boolean;
  edited: boolean;
  /** What could be pressed in it before it was changed: a person may still be looking at that. */
  offeredBefore: PlacedElement[];
  files: SlackFile[];
  /** Slack shows what is behind its links. */
  unfurls: boolean;
  /** Only this person sees it. */
  visibleTo: string | undefined;
};

/** A channel before anybody is in it; `hasApp`: the app was invited. */
export type NewChannel = { id: string; name: string; hasApp: boolean; isPrivate?: boolean };

export type Channel = {
  id: string;
  name: string;
  isDirect: boolean;
  isPrivate: boolean;
  isArchived: boolean;
  members: Set<string>;
};

/** Why Slack takes the app's token no more. */
export type TokenError = "account_inactive" | "token_revoked";

export type View<Content extends ModalView | HomeView = ModalView> = {
  id: string;
  userId: string;
  content: Content;
  /** By block id and action id: what stands in the fields. */
  state: Record<string, Record<string, ElementState>>;
  hash: string;
  rootViewId: string;
  previousViewId: string | undefined;
};

export type Trigger = { issuedAt: Date; userId: string; used: boolean; viewId: string | undefined };
export type ResponseUrl = {
  issuedAt: Date;
  uses: number;
  userId: string;
  channelId: string;
  /** The message that `replace_original` and `delete_original` mean. */
  original: Message | undefined;
};

export type WorkspaceOptions = {
  people: readonly SlackPerson[];
  /** The first one is meant where no channel is named. */
  channels: readonly [NewChannel, ...NewChannel[]];
  teamName: string;
  /** Of the app that is installed here. */
  manifest: unknown;
  now?: (() => Date) | undefined;
  /** Where Slack turns `&`, `<` and `>` into entities before it tells the app. */
  escapes?: { commands: boolean; inputs: boolean } | undefined;
};

export const SLACKBOT = "USLACKBOT";
export const TEAM_ID = "T0PRACTICE";

export type Workspace = ReturnType<typeof createWorkspace>;

export function createWorkspace(options: WorkspaceOptions) {
  const { people, now = () => new Date() } = options;
  let lastId = 0;
  let lastTs = 0;

  const app = { id: "A0THEAPP", userId: "U0THEAPP", botId: "B0THEAPP", ...readManifest(options.manifest) };
  const channels = options.channels.map(({ id, name, hasApp, isPrivate = false }): Channel => {
    const inside = people.filter((it) => !it.deleted && !it.isBot && it.channelIds.includes(id));
    const ids = inside.map((person) => person.id);
    const members = new Set(hasApp ? [app.userId, ...ids] : ids);
    return { id, name, isDirect: false, isPrivate, isArchived: false, members };
  });

  const messages: Message[] = [];
  /** What conditions.ts brings about. */
  const conditions: {
    tokenError: TokenError | undefined;
    minutesToEdit: number | undefined;
    wantsFilesElsewhere: boolean;
  } = { tokenError: undefined, minutesToEdit: undefined, wantsFilesElsewhere: false };

  return {
    team: { id: TEAM_ID, name: options.teamName, domain: "practice" },
    app,
    conditions,
    /** The first channel. */
    channelId: options.channels[0].id,
    people: new Map(people.map((person) => [person.id, person])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    messages,
    /** Each person's open views, the topmost last. */
    views: new Map<string, View[]>(),
    /** By person: what was last published as their Home. */
    homes: new Map<string, View<HomeView>>(),
    /** What the app has offered in menus that it fills itself: by where the menu stands, and option. */
    suggested: new Map<string, Map<string, Offer>>(),
    files: new Map<string, SlackFile>(),
    triggers: new Map<string, Trigger>(),
    responseUrls: new Map<string, ResponseUrl>(),
    escapes: options.escapes ?? { commands: true, inputs: false },
    publicUrl: "http://localhost",
    /** Hears of each message that is posted or changed. */
    heard: (_message: Message, _change?: { subtype: "message_changed" }): void => {},
    now,
    newId(prefix: string): string {
      lastId += 1;
      return `${prefix}${lastId.toString(36).toUpperCase().padStart(9, "0")}`;
    },
    /** A message's time stamp is also its name, so no two are the same. */
    newTs(): string {
      lastTs = Math.max(lastTs + 1, now().getTime() * 1000);
      return `${Math.floor(lastTs / 1_000_000)}.${String(lastTs % 1_000_000).padStart(6, "0")}`;
    },
    ...createChanges("in Slack"),
  };
}

export function personOf(workspace: Workspace, id: string): SlackPerson {
  const person = workspace.people.get(id);
  if (person === undefined) throw new Error(`There is no person ${id} in the practice Slack.`);
  return person;
}

/** The direct messages between the app and one person. */
export function directChannel(workspace: Workspace, userId: string): Channel {
  const id = `D0${userId.slice(1)}`;
  const known = workspace.channels.get(id);
  if (known !== undefined) return known;
  const channel = {
    id,
    name: "directmessage",
    isDirect: true,
    isPrivate: true,
    isArchived: false,
    members: new Set([userId, workspace.app.userId]),
  };
  workspace.channels.set(id, channel);
  return channel;
}

export function addMessage(
  workspace: Workspace,
  message: Pick<Message, "channelId" | "user" | "text"> & Partial<Message>,
): Message {
  const added = {
    ts: workspace.newTs(),
    blocks: [],
    threadTs: undefined,
    isBroadcast: false,
    edited: false,
    offeredBefore: [],
    files: [],
    unfurls: false,
    visibleTo: undefined,
    ...message,
  };
  workspace.messages.push(added);
  workspace.changed();
  if (added.visibleTo === undefined) workspace.heard(added);
  return added;
}

/** Gives it other content. What could be pressed in it is remembered, each thing as it was last. */
export function changeMessage(
  workspace: Workspace,
  message: Message,
  content: { text: string; blocks: Block[] },
): void {
  const offered = new Map<string, PlacedElement>();
  for (const placed of [...message.offeredBefore, ...elementsIn(message.blocks)]) {
    const { element } = placed;
    offered.set(JSON.stringify([element.action_id, element.type === "button" && element.value]), placed);
  }
  Object.assign(message, { ...content, edited: true, offeredBefore: [...offered.values()] });
  workspace.changed();
  workspace.heard(message, { subtype: "message_changed" });
}

export function removeMessage(workspace: Workspace, message: Message): void {
  const index = workspace.messages.indexOf(message);
  if (index >= 0) workspace.messages.splice(index, 1);
  workspace.changed();
}

export function canSee(workspace: Workspace, userId: string, message: Message): boolean {
  const isMember = workspace.channels.get(message.channelId)?.members.has(userId) ?? false;
  return isMember && (message.visibleTo === undefined || message.visibleTo === userId);
}
