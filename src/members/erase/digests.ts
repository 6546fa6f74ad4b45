// What outlives somebody who was erased: that this account was, and that this number had opted out. Digests of both,
// with a salt of this database's own: enough to know them again, and no more.
import { createHash } from "node:crypto";
import { isNotNull } from "drizzle-orm";
import type { Reader } from "../../db/open.ts";
import { digestSalt, members } from "../../db/schema.ts";
import { looseAccount } from "../accounts/recognize.ts";

/** As a spreadsheet writes it otherwise, it is the same account. */
const digestOf = (salt: string, account: string): string =>
  createHash("sha256")
    .update(`${salt} account ${looseAccount(account)}`)
    .digest("hex");

async function readSalt(db: Reader): Promise<string> {
  const [row] = await db.select({ salt: digestSalt.salt }).from(digestSalt);
  if (!row) throw new Error("The database has no salt for its digests.");
  return row.salt;
}

/** What stays of an account. */
export const digestAccount = async (db: Reader, account: string): Promise<string> =>
  digestOf(await readSalt(db), account);

/** @returns whether somebody was erased who had this account */
export async function readErasedAccounts(db: Reader): Promise<(account: string) => boolean> {
  const erased = await db
    .select({ digest: members.erasedAccount })
    .from(members)
    .where(isNotNull(members.erasedAccount));
  if (erased.length === 0) return () => false;
  const salt = await readSalt(db);
  const digests = new Set(erased.map(({ digest }) => digest));
  return (account) => digests.has(digestOf(salt, account));
}
