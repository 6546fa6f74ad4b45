// Files, in a direct message to the person who asked.
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { PrivateFile } from "./folder.ts";

/** What is sent. Slack wants to know the size first. */
export type Upload = Pick<PrivateFile, "copyTo"> & { name: string; size: number };

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

async function upload(client: WebClient, apiUrl: string, file: Upload, signal: AbortSignal) {
  const { name, size } = file;
  const answer = await client.files.getUploadURLExternal({ filename: name, length: size });
  const { upload_url, file_id } = UploadTarget.parse(answer);
  const target = new URL(upload_url);
  if (!isSlacks(target, new URL(apiUrl))) throw new Error("Slack named a foreign host for an upload");
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_WITHIN_MS)]);
  const statusCode = await post(target, file, inTime);
  if (statusCode !== 200) throw new Error(`Slack refused an upload with ${statusCode}`);
  return { id: file_id, title: name };
}

/**
 * By node:http, because it tells when a piece has left: then its memory serves for the next one. Redirects are not
 * followed.
 *
 * @returns the status
 */
async function post(url: URL, { size, copyTo }: Upload, signal: AbortSignal): Promise<number> {
  const { request } = url.protocol === "https:" ? https : http;
  const asked = request(url, { method: "POST", headers: { "content-length": size }, signal });
  const answered = new Promise<IncomingMessage>((answer, fail) => {
    asked.once("response", answer);
    asked.on("error", fail);
  });
  const write = (bytes: Uint8Array) =>
    new Promise<void>((done, fail) => {
      asked.write(bytes, (error) => (error ? fail(error) : done()));
    });
  const copied = copyTo(write).then(() => asked.end());
  // Who answers before all of it is there refuses it.
  await Promise.race([copied, answered]);
  const response = await answered;
  response.on("error", () => {}).resume();
  if (response.statusCode !== 200) asked.destroy();
  return response.statusCode ?? 0;
}

/** Files go only to the host that is configured, or to one of Slack's own beside it. */
export const isSlacks = (target: URL, api: URL): boolean =>
  target.host === api.host ||
  (target.protocol === "https:" && api.host === "slack.com" && target.hostname.endsWith(".slack.com"));
