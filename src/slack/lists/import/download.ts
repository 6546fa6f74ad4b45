// A file that somebody dropped into a form: asked of Slack by its id, and taken from Slack's own file host alone.
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { isSlacks } from "../../files/upload.ts";
import { slackErrorOf } from "../../wire/errors.ts";

/** As much as a form takes. */
const MAX_BYTES = 10 * 1024 * 1024;
const WITHIN_MS = 60_000;

const Info = z.object({
  file: z.object({
    size: z.number(),
    user: z.string(),
    mimetype: z.string().default(""),
    url_private_download: z.url(),
    permalink: z.url().optional(),
  }),
});

export type Downloaded = { bytes: Buffer; link: string | undefined };

/** Why there is no file to read: a whole sentence. */
export class NoFile extends Error {
  override readonly name = "NoFile";
}

export type DownloadAccess = { client: WebClient; apiUrl: string; botToken: string; signal: AbortSignal };

const AWAY =
  "Slack did not hand over the file. It may be busy just now: drop the file again in a few minutes.";
const CUT_OFF = "The file came only in part from Slack. Drop it again.";
const TOO_LARGE = "The file is larger than 10 MB. A member list is smaller: leave out what is not the list.";
const MAY_NOT_READ =
  "Slack lets Headgate read no files, because it was installed with an older manifest. Whoever looks after the server " +
  "pastes src/slack/manifest.json again and reinstalls the app (README, A newer version).";
const GONE = "The file is not in Slack any more. Drop it again.";
const BY_WORD: Record<string, string> = {
  missing_scope: MAY_NOT_READ,
  file_not_found: GONE,
  file_deleted: GONE,
};

/** @throws NoFile where there is none */
export async function download(
  fileId: string,
  userId: string,
  { client, apiUrl, botToken, signal }: DownloadAccess,
): Promise<Downloaded> {
  const { file } = await ask(client, fileId);
  if (file.user !== userId) throw new NoFile("This file is somebody else's. Drop one of your own.");
  if (file.size > MAX_BYTES) throw new NoFile(TOO_LARGE);
  const url = new URL(file.url_private_download);
  // The token opens everything: nobody else is sent it, whatever the answer says.
  if (!isSlacks(url, new URL(apiUrl)))
    throw new NoFile(
      "Slack named a foreign place for the file, so it was not fetched. Tell whoever looks after Headgate.",
    );
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${botToken}` },
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
  }).catch(() => {
    throw new NoFile(AWAY);
  });
  try {
    if (response.status !== 200) throw new NoFile(AWAY);
    // Whoever may not read the file is shown a page to sign in.
    const isPage = /\bhtml\b/i.test(response.headers.get("content-type") ?? "");
    if (isPage && !/\bhtml\b/i.test(file.mimetype)) throw new NoFile(MAY_NOT_READ);
    const bytes = await readAtMost(response, MAX_BYTES);
    if (bytes.length !== file.size) throw new NoFile(CUT_OFF);
    return { bytes, link: file.permalink };
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

async function ask(client: WebClient, file: string): Promise<z.infer<typeof Info>> {
  try {
    return Info.parse(await client.files.info({ file }));
  } catch (error) {
    throw new NoFile(BY_WORD[slackErrorOf(error) ?? ""] ?? AWAY, { cause: error });
  }
}

async function readAtMost({ body }: Response, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of body ?? []) {
      size += piece.length;
      if (size > most) throw new NoFile(TOO_LARGE);
      pieces.push(piece);
    }
  } catch (error) {
    throw error instanceof NoFile ? error : new NoFile(CUT_OFF, { cause: error });
  }
  return Buffer.concat(pieces);
}
