// A No to texts in the co-op's list. It is counted when the list says it of an account and a number, and the file
// before did not. A list that goes on saying it is old news: a START after it stands.
import { and, asc, eq } from "drizzle-orm";
import type { Actor } from "../audit/audit.ts";
import { isOneOf } from "../db/is-one-of.ts";
import type { Reader, Tx } from "../db/open.ts";
import { fileRefusals, optOutChanges, optOuts } from "../db/schema.ts";
import { BY_HAND, isByText, optOut, wordOf } from "../opt-outs/opt-outs.ts";
import { describeTime } from "../text/words.ts";
import type { Renumbering } from "./accounts/renumber.ts";
import type { TakenRow } from "./plan.ts";

type Refusing = TakenRow & { phone: string };
type Said = { account: string; phone: string };

/** What becomes of the file's Noes: decided first, written later. */
export type Refusals = {
  toOptOut: { phone: string; since: string | undefined }[];
  /** What this file says and the one before did not. */
  toKeep: Said[];
  /** What the one before said, and this one takes back. */
  toForget: Said[];
  /** Of how many rows the No was old: their notes say why. */
  notCounted: number;
};

/** The list's No is the member's, about each of their numbers. */
const refusingOf = (row: TakenRow): Refusing[] =>
  row.saysNoTexts === true
    ? [...new Set([row.phone ?? [], row.others ?? []].flat())].map((phone) => ({ ...row, phone }))
    : [];
const hasNumber = ({ phone, others }: TakenRow, number: string): boolean =>
  phone === number || (others?.includes(number) ?? false);
const keyOf = ({ account, phone }: Said) => JSON.stringify([account, phone]);

/** @param renumbered the accounts that this file numbers anew */
export async function decideRefusals(
  db: Reader,
  taken: readonly TakenRow[],
  renumbered: readonly Renumbering[],
  timeZone: string,
): Promise<Refusals> {
  const { said, takenBack, toForget } = await takeBack(db, taken, renumbered);
  await tellWhoStaysOut(db, takenBack);
  const refusing = taken.flatMap(refusingOf);
  const saidOf = ({ outcome: { account }, phone }: Refusing): Said => ({ account, phone });
  const isOld = (row: Refusing) => said.has(keyOf(saidOf(row)));
  const phones = refusing.map(({ phone }) => phone);
  const found = await db.select({ phone: optOuts.phone }).from(optOuts).where(isOneOf(optOuts.phone, phones));
  const out = new Set(found.map(({ phone }) => phone));
  const optIns = await readOptIns(db, phones, timeZone);
  const isOutweighed = ({ phone, noSince }: Refusing) =>
    noSince !== undefined && (optIns.get(phone)?.day ?? "") > noSince;

  const fresh = refusing.filter((row) => !isOld(row));
  const toOptOut = new Map<string, { phone: string; since: string | undefined }>();
  for (const row of fresh) {
    const { phone, noSince } = row;
    if (!isOutweighed(row) && !out.has(phone) && !toOptOut.has(phone)) {
      toOptOut.set(phone, { phone, since: noSince });
    }
  }
  const notCounted = refusing.filter(
    (row) => (isOld(row) || isOutweighed(row)) && !out.has(row.phone) && !toOptOut.has(row.phone),
  );
  for (const row of notCounted) {
    const why = optIns.get(row.phone)?.words ?? "the phone has opted in again since";
    const old = isOld(row) ? "the list said it before" : `it is of ${row.noSince}`;
    row.outcome.notes.push(
      `No was not counted: ${old}, and ${why}. ` +
        "If the member has said No again, run: npm run opt-out -- add, with the number.",
    );
  }
  return {
    toOptOut: [...toOptOut.values()],
    toKeep: fresh.map(saidOf),
    toForget,
    notCounted: notCounted.length,
  };
}

export async function writeRefusals(tx: Tx, refusals: Refusals, actor: Actor): Promise<void> {
  const { toOptOut, toKeep, toForget } = refusals;
  for (const { account, phone } of toForget) {
    await tx
      .delete(fileRefusals)
      .where(and(eq(fileRefusals.account, account), eq(fileRefusals.phone, phone)));
  }
  for (const { phone, since } of toOptOut) {
    const day = since === undefined ? undefined : new Date(`${since}T12:00:00Z`);
    const at = day && day < new Date() ? day : undefined;
    await optOut(tx, phone, "import", actor, { at });
  }
  for (const said of toKeep) await tx.insert(fileRefusals).values(said);
}

/** What an earlier file said, less what this one takes back. A row that says nothing of texts takes nothing back. */
async function takeBack(db: Reader, taken: readonly TakenRow[], renumbered: readonly Renumbering[]) {
  const accountNow = new Map(renumbered.map(({ from, to }) => [from, to]));
  const rows = await db.select().from(fileRefusals).orderBy(fileRefusals.account, fileRefusals.phone);
  const byAccount = new Map(taken.map((row) => [row.outcome.account, row]));
  const said = new Set<string>();
  const takenBack: TakenRow[] = [];
  const toForget: Said[] = [];
  for (const row of rows) {
    const { phone } = row;
    const account = accountNow.get(row.account) ?? row.account;
    const now = byAccount.get(account);
    const movedOn = now?.saysNoTexts === true && now.phone !== null && !hasNumber(now, phone);
    if (now?.saysNoTexts === false || movedOn) {
      toForget.push({ account, phone });
      if (hasNumber(now, phone)) takenBack.push(now);
    } else said.add(keyOf({ account, phone }));
  }
  return { said, takenBack, toForget };
}

/** An opt-out is never imported away, not even one that an import brought. */
async function tellWhoStaysOut(db: Reader, takenBack: readonly TakenRow[]): Promise<void> {
  const phones = takenBack.flatMap(({ phone }) => phone ?? []);
  const byImport = and(isOneOf(optOuts.phone, phones), eq(optOuts.source, "import"));
  const found = await db.select({ phone: optOuts.phone }).from(optOuts).where(byImport);
  const out = new Set<string | null>(found.map(({ phone }) => phone));
  for (const { outcome } of takenBack.filter(({ phone }) => out.has(phone))) {
    outcome.notes.push(
      "For this account the list said No to texts before, and no longer does. The phone stays opted out, because no import takes " +
        "that away. If the member wants texts: npm run opt-out -- remove, with the number.",
    );
  }
}

/** By phone, how it came to get texts again, and on which day. */
async function readOptIns(db: Reader, phones: string[], timeZone: string) {
  // The last of each comes to stand in the map.
  const changes = await db
    .select()
    .from(optOutChanges)
    .where(and(isOneOf(optOutChanges.phone, phones), eq(optOutChanges.optedOut, false)))
    .orderBy(asc(optOutChanges.id));
  const describe = ({ source, at }: (typeof changes)[number]) => {
    const when = `on ${describeTime(at, timeZone)}, after it`;
    if (isByText(source)) return `the member texted ${wordOf(source)} ${when}`;
    if (!source.startsWith(BY_HAND)) return `the phone opted in again ${when}`;
    return `the opt-out was taken back by hand ${when} (${source.slice(BY_HAND.length)})`;
  };
  // As a list writes it: 2026-03-01.
  const dayOf = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  return new Map(
    changes.map((change) => [change.phone, { words: describe(change), day: dayOf.format(change.at) }]),
  );
}
