// The stand-in Slack: a workspace with invented people that obeys Slack's rules. Practice and tests use it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { createConditions } from "./conditions.ts";
import { tellOfMessage } from "./events/message.ts";
import { createSlackMisbehaviour } from "./misbehaviour.ts";
import { handlePage } from "./page-api.ts";
import { createPeople } from "./person/people.ts";
import { createRateLimits } from "./rate-limits.ts";
import { createSender, SIGNING_SECRET } from "./send.ts";
import { viewsOf } from "./views.ts";
import { type ApiCall, handleSlack } from "./web-api.ts";
import { canSee, createWorkspace, directChannel, type Message, type WorkspaceOptions } from "./workspace.ts";

export { signSlack } from "./send.ts";
export type { Message, SlackPerson } from "./workspace.ts";

export type StandInSlackOptions = WorkspaceOptions & {
  /** How long Slack waits for the app's answer, in milliseconds. */
  ackTimeout?: number;
  /** After how many milliseconds an event that was not taken is told again, and again. */
  eventRetriesMs?: readonly number[] | undefined;
  /** False lets calls pass at any speed. */
  rateLimits?: boolean;
};

export type StandInSlack = ReturnType<typeof createStandInSlack>;

const BOT_TOKEN = "xoxb-practice-0000000000-practice";

export function createStandInSlack(options: StandInSlackOptions) {
  const { ackTimeout = 3_000, rateLimits = true, eventRetriesMs } = options;
  const workspace = createWorkspace(options);
  const sender = createSender({ now: workspace.now, ackTimeout, app: workspace.app, eventRetriesMs });
  workspace.heard = (message, change) => tellOfMessage(workspace, sender, message, change);
  const people = createPeople(workspace, sender);
  const conditions = createConditions(workspace, sender);
  const { misbehave, respond } = createSlackMisbehaviour();
  const calls: ApiCall[] = [];
  const limit = rateLimits ? createRateLimits(workspace.now) : () => undefined;
  const api = { workspace, botToken: BOT_TOKEN, respond, calls, limit };

  return {
    teamId: workspace.team.id,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    /** The first of its channels. */
    channelId: workspace.channelId,
    workspace,

    /** Serves the Web API, uploads, response URLs and the practice page's own calls; false where the path is none of them. */
    async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
      return (
        (await handleSlack(api, request, response)) ||
        (await handlePage({ workspace, people }, request, response))
      );
    },
    /** Signed requests go to this address from now on, at the paths that the manifest names. */
    connect: sender.connect,
    /** Where the stand-in itself is reached: upload and response URLs begin with it. */
    setPublicUrl(url: string): void {
      workspace.publicUrl = url.replace(/\/$/, "");
    },

    ...people,
    ...conditions,
    /** Signs and sends any form, also one that no person could bring about. */
    send: sender.send,
    /** Sends exactly the same bytes again. */
    replay: sender.replay,
    /** Every request to the app, in order. */
    requests: sender.sent,
    lastRequest: () => sender.sent.at(-1),
    /** Every event that the app was told of, and each time that it was. */
    events: sender.sentEvents,
    /** Tells it of an event, also one that no person could bring about. */
    sendEvent: sender.sendEvent,

    /** Every call of the Web API that was let in, in order. */
    calls,
    /** A script of misbehaviour in place of the one before; `{}` ends it. */
    misbehave,

    /** What the person sees in a channel, ephemeral messages too, the oldest first. */
    messages(userId: string, channelId = workspace.channelId): Message[] {
      return workspace.messages.filter(
        (message) => message.channelId === channelId && canSee(workspace, userId, message),
      );
    },
    thread(channelId: string, threadTs: string): Message[] {
      return workspace.messages.filter(
        (message) => message.channelId === channelId && message.threadTs === threadTs,
      );
    },
    /** What the app wrote to one person alone in direct messages. */
    directMessages(userId: string): Message[] {
      const { id } = directChannel(workspace, userId);
      return workspace.messages.filter((message) => message.channelId === id);
    },
    /** The messages "only visible to you", in any channel. */
    ephemerals(userId: string): Message[] {
      return workspace.messages.filter((message) => message.visibleTo === userId);
    },
    /** The person's open views, the topmost last. */
    views: (userId: string) => viewsOf(workspace, userId),
    topView: (userId: string) => viewsOf(workspace, userId).at(-1),
    /** What stands in the person's Home; undefined where nothing was ever published. */
    home: (userId: string) => workspace.homes.get(userId),

    onChange: workspace.onChange,
    until: workspace.until,
  };
}
