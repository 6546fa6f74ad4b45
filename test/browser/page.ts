// The practice page with a small app of the test's own behind it: what the page does whatever app it shows.

import { createServer } from "node:http";
import { type KnownBlock, LogLevel, WebClient } from "@slack/web-api";
import type { Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { channels, people } from "../../src/practice/co-op/people.ts";
import { parseJson, readBody } from "../../src/practice/stand-ins/http.ts";
import { startWorld } from "../../src/practice/world.ts";
import { listen } from "../helpers/listen.ts";
import { openWindow } from "./window.ts";

export const { ana } = people;
export const { board } = channels;
export const wide = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

/** As long as a person looks at a question before they answer it. */
export const READING_MS = 4_000;
/** For a machine that is busy with other tests too. */
export const SOON = { timeout: 15_000 };
export const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const plain = (text: string) => ({ type: "plain_text" as const, text });
export const say = (text: string): KnownBlock => ({ type: "section", text: { type: "mrkdwn", text } });
export const row = (...names: string[]): KnownBlock => ({
  type: "actions",
  elements: names.map((name, nth) => ({
    type: "button",
    action_id: `a${nth}`,
    text: plain(name),
    ...(nth === 0 && { style: "danger" }),
  })),
});
const Payload = z.object({
  type: z.string(),
  callback_id: z.string().optional(),
  /** What is typed so far. */
  value: z.string().optional(),
  trigger_id: z.string().optional(),
  actions: z
    .array(z.looseObject({ action_id: z.string(), value: z.string().nullable().optional() }))
    .optional(),
  view: z.object({ id: z.string(), state: z.object({ values: z.unknown() }) }).optional(),
});
type Heard = z.infer<typeof Payload>;

type Answer = { after?: number; body?: object };

type PageOptions = {
  hasTouch?: boolean;
  answer?: (heard: Heard) => Answer;
  /** The makers' time. */
  now?: () => Date;
  /** Where the computer is. */
  timezoneId?: string;
  /** Of another app than Headgate. */
  manifest?: unknown;
};

/** `answer` says what the app answers to what it hears; nothing is an empty answer at once. */
export async function openPage(
  size: { width: number; height: number },
  {
    hasTouch = false,
    answer = () => ({}),
    now = () => new Date(),
    timezoneId = "UTC",
    manifest,
  }: PageOptions = {},
) {
  const slackOptions = { rateLimits: false, now, ...(manifest === undefined ? {} : { manifest }) };
  const world = await startWorld({ port: 0, slack: slackOptions, twilio: { now } });
  onTestFinished(world.close);
  const heard: Heard[] = [];
  const app = createServer(async (request, response) => {
    const text = (await readBody(request)).toString("utf8");
    // What Slack tells by itself is taken, and asks for no answer.
    if (request.headers["content-type"] === "application/json") return void response.writeHead(200).end();
    const form = new URLSearchParams(text);
    const payload = Payload.parse(
      parseJson(form.get("payload") ?? "") ?? {
        type: form.get("command"),
        trigger_id: form.get("trigger_id"),
      },
    );
    heard.push(payload);
    const { after = 0, body } = answer(payload);
    await wait(after);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(body === undefined ? "" : JSON.stringify(body));
  });
  world.slack.connect(await listen(app));
  const { slack } = world;
  const client = new WebClient(slack.botToken, {
    slackApiUrl: `${world.url}/slack/api/`,
    logLevel: LogLevel.ERROR,
  });

  const context = await openWindow({ viewport: size, hasTouch, timezoneId });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(world.url);
  await page.getByRole("heading", { name: "Mill Creek" }).or(page.getByLabel("You are")).first().waitFor();
  return {
    world,
    slack,
    client,
    page,
    errors,
    heard,
    post: async (text: string, blocks: KnownBlock[] = [], more: { thread_ts?: string } = {}) =>
      (await client.chat.postMessage({ channel: board.id, text, blocks, ...more })).ts ?? "",
    change: (ts: string, text: string, blocks: KnownBlock[]) =>
      client.chat.update({ channel: board.id, ts, text, blocks }),
  };
}

/** Looks like a person would while something goes on. */
export async function readWhile(goesOn: (round: number) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    await goesOn(round);
    await wait(READING_MS / 8);
  }
}

/** Presses where the mouse is, and lets go only after something has happened. */
export async function pressSlowly(page: Page, name: string | RegExp, meanwhile: () => Promise<unknown>) {
  await page.getByRole("button", { name }).hover();
  await page.mouse.down();
  await meanwhile();
  await wait(600);
  await page.mouse.up();
}
