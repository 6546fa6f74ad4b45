// The list that the invented co-op's secretary has brought up to date: what a year changes, and three mistakes that
// people make.
import { stringify } from "csv-stringify/sync";
import { type MemberRow, members } from "./people.ts";

/** Two have moved away. */
const GONE = new Set(["MC-1033", "MC-1180"]);

const CHANGES: Record<string, Partial<MemberRow>> = {
  "MC-1003": { phone: "(206) 555-0195" },
  "MC-1040": { zone: "River Road" },
  "MC-1075": { name: "Ingrid Brandvold-Chen" },
  // The mistakes: no zone, a number that lacks a digit, and a zone that is none.
  "MC-1110": { zone: "" },
  "MC-1144": { phone: "(206) 555-018" },
  "MC-1190": { zone: "Old Twon" },
};

const NEW: readonly MemberRow[] = [
  {
    account: "MC-1241",
    name: "Hollis Fairweather",
    phone: "(360) 555-0196",
    zone: "Old Town",
    language: "en",
  },
  { account: "MC-1242", name: "Inés Zúñiga", phone: "(253) 555-0197", zone: "North Ridge", language: "es" },
];

export const newListName = "members-2026.csv";

/** As Excel saves it. */
export const newList = (): string =>
  stringify(
    [
      ...members
        .filter(({ account }) => !GONE.has(account))
        .map((row) => ({ ...row, ...CHANGES[row.account] })),
      ...NEW,
    ],
    { header: true, bom: true, record_delimiter: "windows" },
  );
