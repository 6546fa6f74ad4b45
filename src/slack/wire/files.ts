// Files, in a direct message to the person who asked.
import type { WebClient } from "@slack/web-api";
import { request } from "undici";
import { z } from "zod";
import type { SlackContext } from "./listener.ts";

const Opened = z.object({ channel: z.object({ id: z.string() }) });
const UploadTarget = z.object({ upload_url: z.url(), file_id: z.string() });

/** @param files by their names */
export async function sendFiles(
  { client, apiUrl }: SlackContext,
  userId: string,
  { files, comment }: { files: Record<string, Buffer>; comment: string },
): Promise<void> {
  const opened = Opened.parse(await client.conversations.open({ users: userId }));
  const [first, ...more] = await uploadAll(client, apiUrl, files);
  if (!first) return;
  await client.files.completeUploadExternal({
    files: [first, ...more],
    channel_id: opened.channel.id,
    initial_comment: comment,
  });
}

/** One after the other, as they come. */
async function uploadAll(client: WebClient, apiUrl: string, files: Record<string, Buffer>) {
  const uploaded: { id: string; title: string }[] = [];
  for (const [name, content] of Object.entries(files))
    uploaded.push(await upload(client, apiUrl, name, content));
  return uploaded;
}

async function upload(client: WebClient, apiUrl: string, filename: string, content: Buffer) {
  const answer = await client.files.getUploadURLExternal({ filename, length: content.length });
  const { upload_url, file_id } = UploadTarget.parse(answer);
  if (!isSlacks(new URL(upload_url), new URL(apiUrl)))
    throw new Error("Slack named a foreign host for an upload");
  const { statusCode, body } = await request(upload_url, { method: "POST", body: content });
  await body.dump();
  if (statusCode !== 200) throw new Error(`Slack refused an upload with ${statusCode}`);
  return { id: file_id, title: filename };
}

/** Files go only to the host that is configured, or to one of Slack's own beside it. */
export const isSlacks = (target: URL, api: URL): boolean =>
  target.host === api.host ||
  (target.protocol === "https:" && api.host === "slack.com" && target.hostname.endsWith(".slack.com"));
