// A No to texts in the co-op's list. It is counted when the list says it of an account and a number, and the file
// before did not. A list that goes on saying it is old news: a START after it stands.
import { and, desc, eq } from "drizzle-orm";
import type { Actor } from "../audit/audit.ts";
import { isOneOf } from "../db/is-one-of.ts";
import type { Tx } from "../db/open.ts";
import { fileRefusals, optOutChanges, optOuts } from "../db/schema.ts";
import { BY_HAND, isByText, optOut, wordOf } from "../opt-outs/opt-outs.ts";
import { describeTime } from "../text/words.ts";
import type { TakenRow } from "./plan.ts";

type By = { actor: Actor; timeZone: string };
type Refusing = TakenRow & { phone: string };

const isRefusing = (row: TakenRow): row is Refusing => row.saysNoTexts === true && row.phone !== null;
const keyOf = (account: string, phone: string) => JSON.stringify([account, phone]);

/** @returns how many phones opted out by it, and of how many rows the No was old: their notes say why */
export async function countRefusals(
  tx: Tx,
  taken: readonly TakenRow[],
  { actor, timeZone }: By,
): Promise<{ optedOut: number; notCounted: number }> {
  const { said, takenBack } = await takeBack(tx, taken);
  await tellWhoStaysOut(tx, takenBack);
  const refusing = taken.filter(isRefusing);
  const isOld = ({ outcome, phone }: Refusing) => said.has(keyOf(outcome.account, phone));
  let optedOut = 0;
  for (const row of refusing.filter((each) => !isOld(each))) {
    const { account } = row.outcome;
    if (await optOut(tx, row.phone, "import", actor)) optedOut++;
    await tx.insert(fileRefusals).values({ account, phone: row.phone });
  }
  const old = await whoGetTexts(tx, refusing.filter(isOld));
  const whyIn = await readWhyIn(
    tx,
    old.map(({ phone }) => phone),
    timeZone,
  );
  for (const { outcome, phone } of old) {
    const why = whyIn.get(phone) ?? "the phone has opted in again since";
    outcome.notes.push(
      `No was not counted: the list said it before, and ${why}. ` +
        "If the member has said No again, run: npm run opt-out -- add, with the number.",
    );
  }
  return { optedOut, notCounted: old.length };
}

/** What an earlier file said, less what this one takes back. A row that says nothing of texts takes nothing back. */
async function takeBack(tx: Tx, taken: readonly TakenRow[]) {
  const rows = await tx.select().from(fileRefusals);
  const byAccount = new Map(taken.map((row) => [row.outcome.account, row]));
  const said = new Set<string>();
  const takenBack: TakenRow[] = [];
  for (const { account, phone } of rows) {
    const now = byAccount.get(account);
    const movedOn = now?.saysNoTexts === true && now.phone !== null && now.phone !== phone;
    if (now?.saysNoTexts === false || movedOn) {
      await tx
        .delete(fileRefusals)
        .where(and(eq(fileRefusals.account, account), eq(fileRefusals.phone, phone)));
      if (now.phone === phone) takenBack.push(now);
    } else said.add(keyOf(account, phone));
  }
  return { said, takenBack };
}

/** An opt-out is never imported away, not even one that an import brought. */
async function tellWhoStaysOut(tx: Tx, takenBack: readonly TakenRow[]): Promise<void> {
  const phones = takenBack.flatMap(({ phone }) => phone ?? []);
  const byImport = and(isOneOf(optOuts.phone, phones), eq(optOuts.source, "import"));
  const found = await tx.select({ phone: optOuts.phone }).from(optOuts).where(byImport);
  const out = new Set<string | null>(found.map(({ phone }) => phone));
  for (const { outcome } of takenBack.filter(({ phone }) => out.has(phone))) {
    outcome.notes.push(
      "For this account the list said No to texts before, and no longer does. The phone stays opted out, because no import takes " +
        "that away. If the member wants texts: npm run opt-out -- remove, with the number.",
    );
  }
}

async function whoGetTexts(tx: Tx, rows: Refusing[]): Promise<Refusing[]> {
  const phones = rows.map(({ phone }) => phone);
  const found = await tx.select({ phone: optOuts.phone }).from(optOuts).where(isOneOf(optOuts.phone, phones));
  const out = new Set(found.map(({ phone }) => phone));
  return rows.filter(({ phone }) => !out.has(phone));
}

/** By phone, how it came to get texts again. */
async function readWhyIn(tx: Tx, phones: string[], timeZone: string): Promise<Map<string, string>> {
  const last = await tx
    .selectDistinctOn([optOutChanges.phone])
    .from(optOutChanges)
    .where(and(isOneOf(optOutChanges.phone, phones), eq(optOutChanges.optedOut, false)))
    .orderBy(optOutChanges.phone, desc(optOutChanges.id));
  const describe = ({ source, at }: (typeof last)[number]) => {
    const when = `on ${describeTime(at, timeZone)}, after it`;
    if (isByText(source)) return `the member texted ${wordOf(source)} ${when}`;
    if (!source.startsWith(BY_HAND)) return `the phone opted in again ${when}`;
    return `the opt-out was taken back by hand ${when} (${source.slice(BY_HAND.length)})`;
  };
  return new Map(last.map((change) => [change.phone, describe(change)]));
}
