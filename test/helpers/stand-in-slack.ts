// A stand-in Slack with nothing in it but two channels and three people, for the tests of the stand-in itself.
import { createServer } from "node:http";
import { App, HTTPReceiver } from "@slack/bolt";
import { type ErrorCode, LogLevel, WebClient } from "@slack/web-api";
import {
  createStandInSlack,
  type SlackPerson,
  type StandInSlackOptions,
} from "../../src/practice/stand-ins/slack/slack.ts";
import { listen } from "./listen.ts";
import { manifestOf } from "./manifest.ts";

export const home = { id: "C0HOME", name: "home", hasApp: true };
export const elsewhere = { id: "C0ELSEWHERE", name: "elsewhere", hasApp: false };

export const person = (id: string, rest: Partial<SlackPerson> = {}): SlackPerson => ({
  id,
  name: id.toLowerCase(),
  realName: id,
  role: "operator",
  teamId: "T0PRACTICE",
  isBot: false,
  deleted: false,
  isRestricted: false,
  isUltraRestricted: false,
  isStranger: false,
  channelIds: [home.id, elsewhere.id],
  ...rest,
});
export const people = [person("U0ANA"), person("U0BEN"), person("U0OUT", { channelIds: [elsewhere.id] })];
export const plain = (text: string) => ({ type: "plain_text" as const, text });
export const modal = (title: string, rest: object = {}) => ({
  type: "modal" as const,
  title: plain(title),
  submit: plain("Review"),
  callback_id: "form",
  blocks: [
    {
      type: "input" as const,
      block_id: "message",
      label: plain("Message"),
      element: { type: "plain_text_input" as const, action_id: "text", max_length: 20 },
    },
    {
      type: "input" as const,
      block_id: "zones",
      label: plain("Zones"),
      element: {
        type: "multi_static_select" as const,
        action_id: "zones",
        options: [
          { text: plain("North Ridge"), value: "1" },
          { text: plain("River Road"), value: "2" },
        ],
      },
    },
    {
      type: "actions" as const,
      block_id: "row",
      elements: [{ type: "button" as const, action_id: "deeper", text: plain("Deeper") }],
    },
  ],
  ...rest,
});

/** A stand-in with a Bolt app beside it, to which the test gives its listeners. */
export async function setUp(options: Partial<StandInSlackOptions> = {}) {
  const slack = createStandInSlack({
    people,
    channels: [home, elsewhere],
    teamName: "Mill Creek Water Co-op",
    manifest: manifestOf({}),
    ...options,
  });
  const url = await listen(
    createServer(async (request, response) => {
      if (!(await slack.handle(request, response))) response.writeHead(404).end();
    }),
  );
  slack.setPublicUrl(url);
  const clientOptions = {
    slackApiUrl: `${url}/slack/api/`,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
  };
  const { signingSecret } = slack;
  const endpoints = ["/slack/events", "/slack/menus"];
  const receiver = new HTTPReceiver({ signingSecret, endpoints, logLevel: LogLevel.ERROR });
  // A test may be over before the token is looked at.
  const lazy = { tokenVerificationEnabled: false };
  const app = new App({ ...lazy, token: slack.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
  slack.connect(await listen(createServer(receiver.requestListener)));
  const client = new WebClient(slack.botToken, { ...clientOptions, rejectRateLimitedCalls: true });
  return { slack, app, client, clientOptions, url };
}

/** The error that Slack named. */
export const slackError = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "ok",
    (error: { code?: ErrorCode; data?: { error?: string }; message: string }) =>
      error.data?.error ?? error.message,
  );
