// After Review: the form turns into a word that nothing is sent yet, and where the review is.
import type { ModalView, WebClient } from "@slack/web-api";
import { z } from "zod";
import type { SlackContext } from "../wire/listener.ts";
import { modal, section } from "../words/blocks.ts";
import type { Shown } from "./show.ts";

const NOTHING_SENT = "*Nothing is sent yet.*";

/** Until its review is posted. */
export const KEPT = `${NOTHING_SENT} Your alert is kept. Its review comes in a moment.`;
export const keptView = (): ModalView => say(KEPT);

/** Posts the review, and says in the window where it is. */
export async function showReview(
  { client, showAlert }: Pick<SlackContext, "client" | "showAlert">,
  alertId: number,
  viewId: string,
): Promise<void> {
  // Where it can't be posted now, the job that brings messages up to date tries again, and logs why.
  const shown = await showAlert(alertId).catch(() => undefined);
  const view = shown ? postedView(shown, await linkTo(client, shown)) : notPostedView();
  // Whoever has closed the window finds the review all the same.
  await client.views.update({ view_id: viewId, view }).catch(() => {});
}

/** @param link to the review, if Slack names one */
export function postedView({ channelId, trouble }: Shown, link: string | undefined): ModalView {
  // A direct message has no name to be called by.
  const place = channelId.startsWith("D") ? "your direct messages with Headgate" : `<#${channelId}>`;
  const where = `${NOTHING_SENT} Your review is in ${place}${link ? `: <${link}|open it>` : ""}.`;
  const next = "There you see who would get what, and decide.";
  return say(`${where} ${next}`, ...(trouble ? [`:warning: ${trouble}`] : []));
}

export const notPostedView = (): ModalView =>
  say(
    `${NOTHING_SENT} Your alert is kept, but Slack does not show its review just now. ` +
      "Headgate keeps trying, so it will come. You need not write it again.",
  );

const say = (...words: string[]): ModalView => modal({ title: "Your review", blocks: words.map(section) });

const Permalink = z.object({ permalink: z.url() });

/** @returns nothing where Slack names none: the words say where it is */
async function linkTo(client: WebClient, { channelId, messageTs }: Shown): Promise<string | undefined> {
  try {
    return Permalink.parse(await client.chat.getPermalink({ channel: channelId, message_ts: messageTs }))
      .permalink;
  } catch {
    return undefined;
  }
}
