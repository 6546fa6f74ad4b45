// From cells to what a row says of a member: column names are matched loosely, the way co-ops name them.
import { type Answers, createAnswers, type ListAnswer } from "./consent/answers.ts";
import { type ConsentQuestion, columnName, holdsYesAndNo, readConsent } from "./consent/consent.ts";
import type { Row } from "./read/rows.ts";
import type { Table } from "./read/table.ts";
import { UnreadableFile } from "./read/unreadable.ts";

/** One row of the file, tidied but not yet judged. */
export type MemberRow = {
  line: number;
  account: string;
  name: string;
  phone: string;
  /** A number stands in a column for other phones, such as "Home Phone", and none in that for the mobile. */
  otherPhoneOnly: boolean;
  zone: string;
  /** Undefined where the file has no such column. */
  language: string | undefined;
  /** A No to texts that was understood, or that somebody has said to be one. Undefined where no column is about texts. */
  saysNoTexts: boolean | undefined;
  /** Where the list gives its day: 2026-03-01. */
  noSince: string | undefined;
  /** There are more cells than columns, so that nobody knows which cell means what. */
  overflows: boolean;
  /** Whole sentences: why nobody can tell what the row says. */
  problem: string | undefined;
};

/** What a file says, and what has to be asked about it first. */
export type MemberList = {
  rows: MemberRow[];
  /** Every column, as people read its name. */
  columns: string[];
  unusedColumns: string[];
  questions: ConsentQuestion[];
  /** Those of the answers that counted. */
  answers: ListAnswer[];
};

/** By field, the most telling first. Compared in lower case with nothing but letters and digits; # is "number". */
const HEADERS = {
  account: [
    /^(account|acct|acc)(number|no|nr|num|id|code)?$/,
    /^(member|membership|customer|client|subscriber)(account)?(number|no|nr|num|id|code)$/,
    /^id$/,
  ],
  name: [/^(full|member|membersfull|customer|account|accountholder|contact)?names?$/, /^(member|customer)$/],
  firstName: [/^(first|given)(name)?$/, /^forename$/],
  lastName: [/^(last|family)(name)?$/, /^surname$/],
  mobile: [
    /^(member|primary|main|contact)?(mobile|cell|cellular|sms)(phone|telephone)?(number|no|nr)?1?$/,
    /^(phone|telephone|tel)(number)?(mobile|cell|sms)$/,
    /^text(phone|number)$/,
    /^texts?$/,
  ],
  phone: [/^(member|primary|main|contact)?(phone|telephone|tel)(number|no|nr)?1?$/],
  homePhone: [
    /^(home|house)(phone|telephone|tel)(number|no|nr)?$/,
    /^(phone|telephone|tel)home$/,
    /^landline$/,
  ],
  zone: [
    /^(water|pressure|service|alert)?zone(name|number|no|id)?$/,
    /^(service|water)area$/,
    /^(area|district)(name)?$/,
  ],
  language: [/^(preferred|home|primary)?(language|lang)(preference|code)?$/, /^idioma$/],
} satisfies Record<string, RegExp[]>;

type Field = keyof typeof HEADERS;
const PHONES = ["mobile", "phone", "homePhone"] as const;

const key = (header: string) =>
  header
    .normalize("NFKD")
    .toLowerCase()
    .replace(/#/g, "number")
    .replace(/[^a-z0-9]/g, "");

/** Most cells are plain, and need no tidying. */
const PLAIN = /^[\x21-\x26\x28-\x3c\x3e-\x7e][\x21-\x7e]*( [\x21-\x7e]+)*$/;

/** On one line, without invisible marks and control characters, and as the spreadsheet showed it: ="00101" is 00101. */
export const tidy = (cell: string): string =>
  cell === "" || PLAIN.test(cell)
    ? cell
    : cell
        .normalize("NFC")
        .replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, "")
        .replace(/[\s\p{Cc}]+/gu, " ")
        .trim()
        .replace(/^=\s*"(.*)"$/, (_, text: string) => text.replaceAll('""', '"').trim())
        .replace(/^=(?=[+\d.]+$)/, "")
        // What marks a cell as text; but not the one of 't Hooft.
        .replace(/^['’](.*)['’]$/, "$1")
        .replace(/^'(?!(t|s|n) )/i, "")
        .trim();

/**
 * The rows that say something of a member; blank ones and a total at the end are left out.
 *
 * @throws UnreadableFile where a needed column is missing
 */
export function readMembers(
  { header, rows }: Pick<Table, "header" | "rows">,
  answers: Answers = createAnswers([]),
): MemberList {
  const titles = header.map(tidy);
  const tidied = rows.map(({ line, cells, problem }) => ({ line, cells: cells.map(tidy), problem }));
  const column = findColumns(titles, (at) => tidied.map(({ cells }) => cells[at] ?? ""));
  // Some programs end every row but the first with a separator: not one cell too many, but nothing at all.
  const width = usualWidth(
    rows.filter(({ problem }) => problem === undefined),
    header.length,
  );
  const read = tidied.map(({ line, cells, problem }): Omit<MemberRow, "saysNoTexts" | "noSince"> => {
    const cell = (field: Field) => {
      const at = column(field);
      return at === undefined ? undefined : (cells[at] ?? "");
    };
    const [phone = "", ...others] = PHONES.map(cell).filter((value) => value !== undefined);
    return {
      line,
      account: cell("account") ?? "",
      name: cell("name") ?? `${cell("firstName") ?? ""} ${cell("lastName") ?? ""}`.trim(),
      phone,
      otherPhoneOnly: !/\d/.test(phone) && others.some((other) => /\d/.test(other)),
      zone: cell("zone") ?? "",
      language: cell("language"),
      overflows: cells.length > width || cells.slice(header.length).some((extra) => extra !== ""),
      problem,
    };
  });
  const isMember = ({ account, name, phone, zone, problem }: (typeof read)[number]) =>
    problem !== undefined || [account, name, phone, zone].some((value) => value !== "");
  const consent = readConsent(
    titles,
    tidied.flatMap(({ line, cells }, index) => {
      const row = read[index];
      // Nobody knows which cell of it means what.
      return row && isMember(row)
        ? [{ line, cells: row.overflows || row.problem !== undefined ? [] : cells }]
        : [];
    }),
    fieldsOf(column),
    answers,
  );
  return {
    columns: titles.map(columnName),
    unusedColumns: consent.unusedColumns,
    questions: consent.questions,
    answers: consent.answers,
    rows: read.filter(isMember).map((row, index) => ({
      ...row,
      saysNoTexts: consent.rows[index]?.saysNoTexts,
      noSince: consent.rows[index]?.noSince,
    })),
  };
}

/** By the place of each column that is used, what it is read for. */
function fieldsOf(column: (field: Field) => number | undefined) {
  const names: Field[] = column("name") === undefined ? ["firstName", "lastName"] : ["name"];
  const phone = PHONES.find((field) => column(field) !== undefined);
  const fields = new Map<number, "account" | "name" | "phone" | "zone" | "language">();
  const add = (field: Field | undefined, as: "account" | "name" | "phone" | "zone" | "language") => {
    const at = field && column(field);
    if (at !== undefined) fields.set(at, as);
  };
  add("account", "account");
  for (const name of names) add(name, "name");
  add(phone, "phone");
  add("zone", "zone");
  add("language", "language");
  return fields;
}

/** How many cells most rows have that have enough, the fewer where two are as many. */
function usualWidth(rows: Pick<Row, "cells">[], needed: number): number {
  const byWidth = Map.groupBy(rows, ({ cells }) => Math.max(cells.length, needed));
  const [most] = [...byWidth].toSorted(([a, those], [b, others]) => others.length - those.length || a - b);
  return most?.[0] ?? needed;
}

/** How many of the needed columns these cells name. */
export const scoreHeader = (cells: string[]): number =>
  4 - lookAtHeader(cells.map(tidy), () => []).missing.length;

function lookAtHeader(header: readonly string[], cellsAt: (at: number) => string[]) {
  const keys = header.map(key);
  const isPhone = (field: Field): boolean => PHONES.some((phone) => phone === field);
  const noPhones = keys.map(
    (name, at) =>
      PHONES.some((field) => HEADERS[field].some((it) => it.test(name))) && isNoPhone(name, cellsAt(at)),
  );
  const find = (field: Field) =>
    HEADERS[field]
      .map((pattern) => keys.findIndex((name, at) => pattern.test(name) && !(isPhone(field) && noPhones[at])))
      .find((at) => at !== -1);
  const found = new Map<Field, number | undefined>();
  const column = (field: Field) => {
    if (!found.has(field)) found.set(field, find(field));
    return found.get(field);
  };
  const has = (...fields: Field[]) => fields.some((field) => column(field) !== undefined);
  const missing = [
    has("account") ? [] : ["the account number"],
    has("name", "lastName") ? [] : ["the name"],
    has(...PHONES) ? [] : ["the phone"],
    has("zone") ? [] : ["the zone"],
  ].flat();
  const [yesAndNo] = header.filter((_, at) => noPhones[at]);
  return { column, missing, yesAndNo: has(...PHONES) ? undefined : yesAndNo };
}

function findColumns(
  header: readonly string[],
  cellsAt: (at: number) => string[],
): (field: Field) => number | undefined {
  const { column, missing, yesAndNo } = lookAtHeader(header, cellsAt);
  if (missing.length === 0) return column;
  const names = header.map((name) => `"${name}"`).join(", ");
  const why = yesAndNo === undefined ? "" : ` In "${yesAndNo}" there are no phones.`;
  throw new UnreadableFile(
    `The file has no column for ${new Intl.ListFormat("en").format(missing)}. Its first row is ${names}.${why} ` +
      "Name the columns there, for instance: Account, Name, Phone, Zone, Language.",
  );
}

/** Yes and No are no phones, whatever the column is called. One that is called "Text" must have phones in it. */
const isNoPhone = (name: string, cells: readonly string[]): boolean =>
  holdsYesAndNo(cells) || (/^texts?$/.test(name) && !cells.some((cell) => /(\d\D*){7}/.test(cell)));
