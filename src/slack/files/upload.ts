// Files, in a direct message to the person who asked.
import type { Readable } from "node:stream";
import type { WebClient } from "@slack/web-api";
import { request } from "undici";
import { z } from "zod";

/** What is sent: as often as it is read, all of it from the start. */
export type Upload = { name: string; size: number; read: () => Readable };

const Opened = z.object({ channel: z.object({ id: z.string() }) });
const UploadTarget = z.object({ upload_url: z.url(), file_id: z.string() });

/** For one file. An upload that stands still must not hold up the next person's files for ever. */
const UPLOAD_WITHIN_MS = 600_000;

export async function uploadTo(
  userId: string,
  files: readonly Upload[],
  {
    client,
    apiUrl,
    comment,
    signal,
  }: { client: WebClient; apiUrl: string; comment: string; signal: AbortSignal },
): Promise<void> {
  const opened = Opened.parse(await client.conversations.open({ users: userId }));
  // One after the other, as they come.
  const uploaded: { id: string; title: string }[] = [];
  for (const file of files) uploaded.push(await upload(client, apiUrl, file, signal));
  const [first, ...more] = uploaded;
  if (!first) return;
  await client.files.completeUploadExternal({
    files: [first, ...more],
    channel_id: opened.channel.id,
    initial_comment: comment,
  });
}

async function upload(client: WebClient, apiUrl: string, { name, size, read }: Upload, signal: AbortSignal) {
  const answer = await client.files.getUploadURLExternal({ filename: name, length: size });
  const { upload_url, file_id } = UploadTarget.parse(answer);
  if (!isSlacks(new URL(upload_url), new URL(apiUrl)))
    throw new Error("Slack named a foreign host for an upload");
  const { statusCode, body } = await request(upload_url, {
    method: "POST",
    headers: { "content-length": String(size) },
    body: read(),
    signal: AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_WITHIN_MS)]),
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`Slack refused an upload with ${statusCode}`);
  return { id: file_id, title: name };
}

/** Files go only to the host that is configured, or to one of Slack's own beside it. */
export const isSlacks = (target: URL, api: URL): boolean =>
  target.host === api.host ||
  (target.protocol === "https:" && api.host === "slack.com" && target.hostname.endsWith(".slack.com"));
