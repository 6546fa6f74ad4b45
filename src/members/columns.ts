// From cells to what a row says of a member: column names are matched loosely, the way co-ops name them.
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
  /** A plain No in a column for consent, or a Yes in one for opt-outs. Undefined where the file has neither. */
  saysNoTexts: boolean | undefined;
  /** There are more cells than columns, so that nobody knows which cell means what. */
  overflows: boolean;
  /** Whole sentences: why nobody can tell what the row says. */
  problem: string | undefined;
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
  optIn: [/^(sms|texts?|texting)?(optin|optedin|consent)(sms|texts?|texting)?$/],
  optOut: [/^(sms|texts?|texting)?(optout|optedout)(sms|texts?|texting)?$/, /^donottext$/],
} satisfies Record<string, RegExp[]>;

type Field = keyof typeof HEADERS;

const key = (header: string) =>
  header
    .normalize("NFKD")
    .toLowerCase()
    .replace(/#/g, "number")
    .replace(/[^a-z0-9]/g, "");

/** On one line, without invisible marks and control characters. */
const tidy = (cell: string) =>
  cell
    .normalize("NFC")
    .replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();

const says = (words: RegExp, cell: string | undefined) => cell !== undefined && words.test(cell);
const NO = /^(no|n|false|0)$/i;
const YES = /^(yes|y|true|1|x)$/i;

/**
 * The rows that say something of a member; blank ones and a total at the end are left out.
 *
 * @throws UnreadableFile where a needed column is missing
 */
export function readMembers({ header, rows }: Pick<Table, "header" | "rows">): MemberRow[] {
  const column = findColumns(header);
  // Some programs end every row but the first with a separator: not one cell too many, but nothing at all.
  const width = usualWidth(
    rows.filter(({ problem }) => problem === undefined),
    header.length,
  );
  return rows
    .map(({ line, cells, problem }) => {
      const cell = (field: Field) => {
        const at = column(field);
        return at === undefined ? undefined : tidy(cells[at] ?? "");
      };
      const [optIn, optOut] = [cell("optIn"), cell("optOut")];
      const [phone = "", ...others] = (["mobile", "phone", "homePhone"] as const)
        .map(cell)
        .filter((value) => value !== undefined);
      return {
        line,
        account: cell("account") ?? "",
        name: cell("name") ?? tidy(`${cell("firstName") ?? ""} ${cell("lastName") ?? ""}`),
        phone,
        otherPhoneOnly: !/\d/.test(phone) && others.some((other) => /\d/.test(other)),
        zone: cell("zone") ?? "",
        language: cell("language"),
        saysNoTexts:
          optIn === undefined && optOut === undefined ? undefined : says(NO, optIn) || says(YES, optOut),
        overflows: cells.length > width || cells.slice(header.length).some((extra) => tidy(extra) !== ""),
        problem,
      };
    })
    .filter(
      ({ account, name, phone, zone, problem }) =>
        problem !== undefined || [account, name, phone, zone].some((value) => value !== ""),
    );
}

/** How many cells most rows have that have enough, the fewer where two are as many. */
function usualWidth(rows: Pick<Row, "cells">[], needed: number): number {
  const byWidth = Map.groupBy(rows, ({ cells }) => Math.max(cells.length, needed));
  const [most] = [...byWidth].toSorted(([a, those], [b, others]) => others.length - those.length || a - b);
  return most?.[0] ?? needed;
}

/** How many of the needed columns these cells name. */
export const scoreHeader = (cells: string[]): number => 4 - lookAtHeader(cells).missing.length;

function lookAtHeader(header: string[]) {
  const keys = header.map(key);
  const column = (field: Field) =>
    HEADERS[field].map((pattern) => keys.findIndex((name) => pattern.test(name))).find((at) => at !== -1);
  const has = (...fields: Field[]) => fields.some((field) => column(field) !== undefined);
  const missing = [
    has("account") ? [] : ["the account number"],
    has("name", "lastName") ? [] : ["the name"],
    has("mobile", "phone", "homePhone") ? [] : ["the phone"],
    has("zone") ? [] : ["the zone"],
  ].flat();
  return { column, missing };
}

function findColumns(header: string[]): (field: Field) => number | undefined {
  const { column, missing } = lookAtHeader(header);
  if (missing.length === 0) return column;
  const found = header.map((name) => `"${tidy(name)}"`).join(", ");
  throw new UnreadableFile(
    `The file has no column for ${new Intl.ListFormat("en").format(missing)}. Its first row is ${found}. ` +
      "Name the columns there, for instance: Account, Name, Phone, Zone, Language.",
  );
}
