// From cells to what a row says of a member: column names are matched loosely, the way co-ops name them.
import type { CountryCode } from "libphonenumber-js/max";
import { type Answers, createAnswers, type ListAnswer, nameColumns } from "./consent/answers.ts";
import {
  type ColumnUse,
  type ConsentQuestion,
  holdsNumber,
  holdsYesAndNo,
  readConsent,
} from "./consent/consent.ts";
import { isMonthFirst } from "./country.ts";
import type { Row } from "./read/rows.ts";
import type { Table } from "./read/table.ts";
import { UnreadableFile } from "./read/unreadable.ts";

/** One row of the file, tidied but not yet judged. */
export type MemberRow = {
  line: number;
  lastLine: number;
  account: string;
  name: string;
  phone: string;
  /** A number stands in a column for other phones, such as "Home Phone", and none in that for the mobile. */
  otherPhoneOnly: boolean;
  /** What stands in those columns. */
  otherPhones: string[];
  zone: string;
  /** Undefined where the file has no such column. */
  language: string | undefined;
  /** A No to texts that was understood, or that somebody has said to be one. Undefined where no column is about texts. */
  saysNoTexts: boolean | undefined;
  /** Where the list gives its day: 2026-03-01. */
  noSince: string | undefined;
  /** There are more cells than columns, so that nobody knows which cell means what. */
  overflows: boolean;
  /** The cells by their columns, empty where one is read for something else, or is another phone's. */
  elsewhere: readonly string[];
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
/** Not the language, in which a phone or a zone may stand that has moved there. */
const NEEDED = ["account", "name", "firstName", "lastName", "zone"] as const;

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
  country: CountryCode = "US",
): MemberList {
  const titles = header.map(tidy);
  const tidied = rows.map((row) => ({ ...row, cells: row.cells.map(tidy) }));
  const { column, phones, noPhones } = findColumns(titles, (at) =>
    tidied.map(({ cells }) => cells[at] ?? ""),
  );
  // Some programs end every row but the first with a separator: not one cell too many, but nothing at all.
  const width = usualWidth(
    rows.filter(({ problem }) => problem === undefined),
    header.length,
  );
  const used = new Set([...NEEDED.map(column), ...phones]);
  const read = tidied.map(
    ({ line, lastLine, cells, problem }): Omit<MemberRow, "saysNoTexts" | "noSince"> => {
      const cell = (field: Field) => {
        const at = column(field);
        return at === undefined ? undefined : (cells[at] ?? "");
      };
      const [phone = "", ...others] = phones.map((at) => cells[at] ?? "");
      return {
        line,
        lastLine,
        account: cell("account") ?? "",
        name: cell("name") ?? `${cell("firstName") ?? ""} ${cell("lastName") ?? ""}`.trim(),
        phone,
        otherPhoneOnly: !/\d/.test(phone) && others.some((other) => /\d/.test(other)),
        otherPhones: others,
        zone: cell("zone") ?? "",
        language: cell("language"),
        overflows: cells.length > width || cells.slice(header.length).some((extra) => extra !== ""),
        elsewhere: cells.map((text, at) => (used.has(at) ? "" : text)),
        problem,
      };
    },
  );
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
    usesOf(column, phones[0], noPhones),
    answers,
    isMonthFirst(country),
  );
  return {
    columns: nameColumns(titles),
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
function usesOf(
  column: (field: Field) => number | undefined,
  phone: number | undefined,
  noPhones: readonly number[],
): Map<number, ColumnUse> {
  const names: Field[] = column("name") === undefined ? ["firstName", "lastName"] : ["name"];
  const places: [number | undefined, ColumnUse][] = [
    ...noPhones.map((at): [number, ColumnUse] => [at, "no phone"]),
    [column("account"), "account"],
    ...names.map((name): [number | undefined, ColumnUse] => [column(name), "name"]),
    [phone, "phone"],
    [column("zone"), "zone"],
    [column("language"), "language"],
  ];
  return new Map(places.flatMap(([at, use]) => (at === undefined ? [] : [[at, use] as const])));
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
  const column = (field: Field) =>
    HEADERS[field].map((pattern) => keys.findIndex((name) => pattern.test(name))).find((at) => at !== -1);
  const { phones, noPhones } = findPhones(keys, cellsAt);
  const has = (...fields: Field[]) => fields.some((field) => column(field) !== undefined);
  const missing = [
    has("account") ? [] : ["the account number"],
    has("name", "lastName") ? [] : ["the name"],
    phones.length > 0 ? [] : ["the phone"],
    has("zone") ? [] : ["the zone"],
  ].flat();
  return { column, phones, noPhones, missing };
}

/** The columns of phones, first the one that is texted: the most telling that is not empty throughout. */
function findPhones(keys: readonly string[], cellsAt: (at: number) => string[]) {
  const called = (fields: readonly Field[]) =>
    fields.flatMap((field) =>
      HEADERS[field].flatMap((pattern) => [...keys.keys()].filter((at) => pattern.test(keys[at] ?? ""))),
    );
  // A home's phone gets no texts: it is no stand-in for an empty column of mobiles.
  const homes = called(["homePhone"]);
  const all = [...new Set(called(PHONES))].map((at) => {
    const cells = cellsAt(at);
    const isEmpty = cells.every((cell) => cell === "");
    const hasNumbers = cells.some(holdsNumber);
    // Yes and No are no phones, whatever the column is called. One that is called "Text" must have phones in it.
    const holdsAnswers = holdsYesAndNo(cells) || (/^texts?$/.test(keys[at] ?? "") && !hasNumbers);
    return { at, isHome: homes.includes(at), isEmpty, hasNumbers, holdsAnswers };
  });
  type Looks = (typeof all)[number];
  const holdsOther = ({ holdsAnswers, isEmpty, hasNumbers }: Looks) =>
    holdsAnswers || (!isEmpty && !hasNumbers);
  // With no other column for phones it must be the one, unless there is nothing but Yes and No in it.
  const isNoPhone = all.every(holdsOther)
    ? ({ holdsAnswers, hasNumbers }: Looks) => holdsAnswers && !hasNumbers
    : holdsOther;
  const usable = all.filter((each) => !isNoPhone(each));
  const mobiles = usable.filter(({ isHome }) => !isHome);
  const candidates = mobiles.length > 0 ? mobiles : usable;
  const first = candidates.find(({ isEmpty }) => !isEmpty) ?? candidates[0];
  const phones = first === undefined ? [] : [first, ...usable.filter((each) => each !== first)];
  return { phones: phones.map(({ at }) => at), noPhones: all.filter(isNoPhone).map(({ at }) => at) };
}

function findColumns(header: readonly string[], cellsAt: (at: number) => string[]) {
  const { missing, ...found } = lookAtHeader(header, cellsAt);
  if (missing.length === 0) return found;
  const names = header.map((name) => `"${name}"`).join(", ");
  const [yesAndNo] = found.phones.length > 0 ? [] : found.noPhones.map((at) => header[at] ?? "");
  const why = yesAndNo === undefined ? "" : ` In "${yesAndNo}" there are no phones.`;
  throw new UnreadableFile(
    `The file has no column for ${new Intl.ListFormat("en").format(missing)}. Its first row is ${names}.${why} ` +
      "Name the columns there, for instance: Account, Name, Phone, Zone, Language.",
  );
}
