// Account numbers as spreadsheets leave them: which member of Headgate a row of the file is about.
import { nameKey } from "./renumber.ts";

/** Why a spreadsheet has spoilt this account number so that nobody can tell what it was. */
export function whySpoilt(account: string): string | undefined {
  if (/^\d+([.,]\d+)?e\+?\d+$/i.test(account)) {
    return "Excel has cut this account number short. Format the column as Text, and type it again.";
  }
  if (/^(\d{1,2}-[a-z]{3}|[a-z]{3}-\d{2})$/i.test(account) && !Number.isNaN(Date.parse(`${account}-2000`))) {
    return MADE_A_DATE;
  }
  return isDate(account) ? MADE_A_DATE : undefined;
}

const MADE_A_DATE =
  "Excel has made a date of this account number. Format the column as Text, and type it again.";

/** With its year in full, as spreadsheets write a day: 1/5/2026, 5.1.2026, 2026-01-05, 5-Jan-26. */
const isDate = (account: string): boolean =>
  /^(\d{1,2}([/.])\d{1,2}\2(19|20)\d\d|(19|20)\d\d-(0\d|1[0-2])-[0-3]\d|\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*-\d\d(\d\d)?)( \d.*)?$/i.test(
    account,
  );

/** Without the ".0" of a number, where no account of the file has other figures after its point. */
export function withoutDecimals(accounts: readonly string[]): string[] {
  const areParts = accounts.some((account) => /^\d+\.\d*[1-9]/.test(account));
  if (areParts) return [...accounts];
  return accounts.map((account) => account.replace(/^(\d+)\.0+$/, "$1"));
}

/** The same for what is written otherwise: "A 12" and "a12", "00101" and "101", "1,001" and "1001.0" and ="1001". */
export const looseAccount = (account: string): string =>
  account
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\p{Pd}/gu, "-")
    .replace(/\s+/g, "")
    .replace(/^="?(.*?)"?$/, "$1")
    .replace(/^['’#]+/, "")
    .toLowerCase()
    .replace(/^\d{1,3}(,\d{3})+$/, (figures) => figures.replaceAll(",", ""))
    .replace(/^(\d+)\.0+$/, "$1")
    .replace(/^0+(?=\d)/, "");

const describeOther = (account: string): string =>
  `It may be account ${account}, written otherwise, but neither the name nor the phone is the same. ` +
  `If it is that account, write ${account}. If it is another, it needs a number that is not so like it.`;

/** "Ruiz, Ana" and "Ana M. Ruiz" are Ana Ruiz; "Leo Ruiz" is not. */
export function isNameLike(name: string, other: string): boolean {
  const wordsOf = (each: string) => new Set(nameKey(each).split(" "));
  const [words, others] = [wordsOf(name), wordsOf(other)] as const;
  return words.isSubsetOf(others) || others.isSubsetOf(words);
}

type Row = { account: string; line: number };

/** As it is stored, or the file's own; `refusal` where it may be more than one member's. */
export type Recognized = { account: string; refusal?: string };

/**
 * Written as it is stored, an account is that one. Written otherwise it is one whose name or phone the row has, and
 * else nobody knows.
 *
 * @param looksLike whether a row has the name or the phone of a stored account
 */
export function recognizeAccounts<R extends Row>(
  rows: readonly R[],
  stored: ReadonlyMap<string, unknown>,
  looksLike: (row: R, account: string) => boolean,
): Recognized[] {
  const storedAlike = Map.groupBy(stored.keys(), looseAccount);
  const written = new Set(rows.map(({ account }) => account));
  const newAlike = new Map<string, string>();
  return rows.map((row): Recognized => {
    const { account } = row;
    if (account === "") return { account };
    const key = looseAccount(account);
    const alike = storedAlike.get(key) ?? [];
    const [only, other] = alike;
    if (only === undefined) {
      // The first row of a new account says how it is written.
      const first = newAlike.get(key) ?? account;
      newAlike.set(key, first);
      return { account: first };
    }
    if (other === undefined && (stored.has(account) || looksLike(row, only))) return { account: only };
    if (other === undefined) return { account: only, refusal: describeOther(only) };
    const areAllWritten = alike.every((each) => written.has(each));
    if (stored.has(account) && (areAllWritten || looksLike(row, account))) return { account };
    const fitting = alike.filter((each) => looksLike(row, each));
    const [fits, another] = fitting;
    if (fits !== undefined && another === undefined) return { account: fits };
    const names = new Intl.ListFormat("en", { type: "disjunction" }).format(alike);
    return {
      account,
      refusal: `It may be account ${names}, and neither its name nor its phone tells which. Write the account number in full.`,
    };
  });
}
