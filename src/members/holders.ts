// Who has a number, for people who look at one.
import { asc } from "drizzle-orm";
import { isOneOf } from "../db/is-one-of.ts";
import type { Reader } from "../db/open.ts";
import { members } from "../db/schema.ts";

/** By phone, its members: "Ana Ruiz (account 1001), Leo Ruiz (account 1002)". */
export async function nameHolders(db: Reader, phones: readonly string[]): Promise<Map<string, string>> {
  const found = await db
    .select({ phone: members.phone, name: members.name, account: members.account })
    .from(members)
    .where(isOneOf(members.phone, phones))
    .orderBy(asc(members.account));
  const names = new Map<string, string>();
  for (const { phone, name, account } of found) {
    if (phone === null) continue;
    const before = names.get(phone);
    names.set(phone, `${before === undefined ? "" : `${before}, `}${name} (account ${account})`);
  }
  return names;
}
