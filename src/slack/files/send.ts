// Files that are made for somebody who pressed a button: from the database as it is at one moment, on disk and never
// whole in memory, one press after the other.
import type { WebClient } from "@slack/web-api";
import { codesOf, isDatabaseAway } from "../../db/open.ts";
import { type ReadRows, readSnapshot } from "../../db/snapshot.ts";
import { PlainFailure } from "../wire/errors.ts";
import type { Answer } from "../wire/listener.ts";
import { createFilesFolder, NoRoom, type PrivateFile } from "./folder.ts";
import { uploadTo } from "./upload.ts";

/** By the files' names, what is in them. */
export type Contents = Record<string, (rows: ReadRows) => AsyncIterable<string | Uint8Array>>;

export type Files = {
  /** Which these are, so that a second press for the same is known. */
  what: string;
  /** Puts on record that they are sent. */
  record: () => Promise<void>;
  /** The answer to the press. */
  tell: string;
  /** Stands with the files. */
  comment: string;
  contents: Contents;
};

export type SendFiles = (userId: string, files: Files) => Promise<Answer>;

export type FileSenderOptions = {
  databaseUrl: string;
  /** Theirs alone: what is in it at the start is removed. */
  folder: string;
  client: WebClient;
  apiUrl: string;
  /** Headgate is being stopped. */
  stopping: AbortSignal;
};

export type FileSender = {
  /** Removes what a crash has left. */
  clear(): Promise<void>;
  send: SendFiles;
};

/** So many presses wait for their files at most. */
const MOST_AT_ONCE = 5;

const ALREADY =
  "These files are being made for you already, and come as a direct message from Headgate. " +
  "There is no need to press again.";
const IN_TURN = "Another file is made first, so it may take some minutes.";
const TOO_MANY =
  "Several files are being made just now, so yours were not begun. Press again in a few minutes.";

const STOPPING = "Headgate is being restarted, so the files were not sent. Press again in a few minutes.";
const NO_ROOM =
  "The disk of Headgate's server is nearly full, so the files were not made. Tell whoever looks after Headgate.";
const AWAY =
  "Headgate can't reach its database just now, so the files were not made. Press again in a few minutes.";
const FAILED =
  "Something went wrong with the files; nothing else was changed by this. If they have not come in a minute, press " +
  "again. If it happens again, tell whoever looks after Headgate.";

export function createFileSender(options: FileSenderOptions): FileSender {
  const { databaseUrl, client, apiUrl, stopping } = options;
  const folder = createFilesFolder(options.folder);
  /** By who pressed and for what. */
  const underWay = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();

  async function makeAndSend(userId: string, { comment, contents }: Files): Promise<void> {
    const made: { name: string; file: PrivateFile }[] = [];
    let isMade = false;
    try {
      await readSnapshot(
        databaseUrl,
        async (rows) => {
          for (const [name, contentOf] of Object.entries(contents)) {
            const file = await folder.create();
            made.push({ name, file });
            for await (const piece of contentOf(rows)) await file.write(piece);
          }
        },
        stopping,
      );
      isMade = true;
      const files = made.map(({ name, file }) => ({ name, size: file.size(), copyTo: file.copyTo }));
      await uploadTo(userId, files, { client, apiUrl, comment, signal: stopping });
    } catch (error) {
      throw new PlainFailure(explainNoFiles(error, { isStopping: stopping.aborted, isMade }), {
        cause: error,
      });
    } finally {
      await Promise.allSettled(made.map(({ file }) => file.close()));
    }
  }

  async function send(userId: string, files: Files): Promise<Answer> {
    const key = `${userId} ${files.what}`;
    if (underWay.has(key)) return { tell: ALREADY };
    if (underWay.size >= MOST_AT_ONCE) return { failed: TOO_MANY };
    const isFirst = underWay.size === 0;
    underWay.add(key);
    try {
      await files.record();
    } catch (error) {
      underWay.delete(key);
      throw error;
    }
    return {
      tell: isFirst ? files.tell : `${files.tell} ${IN_TURN}`,
      after: () => {
        const mine = turn.then(() => makeAndSend(userId, files)).finally(() => underWay.delete(key));
        turn = mine.catch(() => {});
        return mine;
      },
    };
  }

  return { clear: folder.clear, send };
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: 53100 is PostgreSQL's own word for a full disk. */
const FULL = new Set(["ENOSPC", "EDQUOT", "53100"]);

/**
 * Why the files did not come, for the person.
 *
 * @param isStopping whether Headgate is being stopped
 * @param isMade whether they were to be brought already: then what did not answer is Slack, or the network
 */
export function explainNoFiles(
  error: unknown,
  { isStopping, isMade }: { isStopping: boolean; isMade: boolean },
): string {
  if (isStopping) return STOPPING;
  if (error instanceof NoRoom || codesOf(error).some((code) => FULL.has(code))) return NO_ROOM;
  return !isMade && isDatabaseAway(error) ? AWAY : FAILED;
}
