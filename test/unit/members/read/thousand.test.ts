// A right list, and a thousand of what spreadsheets and people make of it.
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nameKey } from "../../../../src/members/accounts/renumber.ts";
import type { Member } from "../../../../src/members/plan.ts";
import { readList } from "../../../helpers/lists.ts";

type Person = { account: string; name: string; street: string; phone: string; zone: string };

const NAMES = [
  "Ana Ruiz",
  "José Peña",
  "Ruiz, Ana",
  "Mary O'Neil",
  "María Muñoz",
  "Ben Ode",
  'Di "Bud" Lee',
  "Núria Solé",
  "Cy Park; Eli",
  "Zoë",
];
const STREETS = [
  "12 Main St",
  "12 Main St, Unit 4",
  "7 Oak Ave\nUnit 2",
  "9 River Rd, Rear\nSpringfield, CO",
  '5" Pipe Lane',
  "",
];
const ZONES = ["North", "South", "Cañada", "River Road"];
const COLUMNS = ["Account", "Name", "Street", "Phone", "Zone"];

const people = fc
  .array(
    fc.record({
      name: fc.constantFrom(...NAMES),
      street: fc.constantFrom(...STREETS),
      zone: fc.constantFrom(...ZONES),
    }),
    { minLength: 4, maxLength: 12 },
  )
  .map((all) =>
    all.map((each, at): Person => ({ ...each, account: String(1001 + at), phone: `206-555-01${10 + at}` })),
  );

/** What a program does to the whole file, and what a person does to one row of it. */
const made = fc.record({
  people,
  separator: fc.constantFrom(",", ";", "\t", "|"),
  quoted: fc.boolean(),
  lineEnds: fc.constantFrom(["\n"], ["\r\n"], ["\r"], ["\r\n", "\n"], ["\n", "\r", "\r\n"]),
  encoding: fc.constantFrom("utf8", "utf8", "mark", "utf16le", "utf16be", "utf16le-mark", "latin1"),
  above: fc.constantFrom([], [], ["sep="], ["Members, as of March 3, 2026", ""]),
  isTrailing: fc.boolean(),
  blankAfter: fc.nat(12),
  total: fc.constantFrom(undefined, "Total: 9", "Total"),
  isCut: fc.boolean(),
  harm: fc.option(
    fc.record({
      at: fc.nat(11),
      again: fc.nat(11),
      kind: fc.constantFrom(
        ...["open", "ditto", "inch", "closing", "two dittos", "comma"],
        ...["ditto word", "error", "zone error", "mac letters", "entity"],
      ),
      word: fc.constantFrom("do", "ditto", "same as above", "same"),
      error: fc.constantFrom("#N/A", "#REF!", "Err:508", "TRUE", "Loading...", "null"),
    }),
  ),
  /** Columns on the right that hardly anybody fills. */
  empty: fc.constantFrom(0, 0, 0, 5, 12),
  /** A column that was sorted by itself, in a list of people who are in Headgate. */
  sorted: fc.constantFrom(undefined, undefined, undefined, "phone" as const, "name" as const),
});
type Made = typeof made extends fc.Arbitrary<infer T> ? T : never;

/** A row's cells as CSV, unharmed. */
const write = (cells: string[], { separator, quoted, isTrailing, empty }: Made, beside = "") =>
  stringify(
    [
      [
        ...cells,
        ...Array.from({ length: empty }, (_, at) => beside && `${beside} ${at}`),
        ...(isTrailing ? [""] : []),
      ],
    ],
    {
      delimiter: separator,
      quoted,
      record_delimiter: "\n",
      quoted_empty: false,
    },
  ).replace(/\n$/, "");

function harmed(person: Person, kind: string, all: Made): string {
  const { account, name, street, phone, zone } = person;
  const plain = [account, name.replace(/[",;|]/g, ""), street.replace(/[",;|\n]/g, ""), phone, zone];
  const join = (cells: string[]) =>
    cells.join(all.separator) + all.separator.repeat(all.empty + (all.isTrailing ? 1 : 0));
  const [a = "", n = "", s = "", p = "", z = ""] = plain;
  switch (kind) {
    case "open":
      return join([a, `"${n}`, s, p, z]);
    case "ditto":
    case "two dittos":
      return join([a, n, s, '"', z]);
    case "inch":
      return join([a, n, '5" pipe', p, z]);
    case "closing":
      return join([a, `${n}"`, s, p, z]);
    case "ditto word":
      return join([a, n, s, p, all.harm?.word ?? ""]);
    case "error":
      return join([a, all.harm?.error ?? "", s, p, z]);
    case "zone error":
      return join([a, n, s, p, all.harm?.error ?? ""]);
    case "mac letters":
      // Latin-1 has no letter for it: what a program writes then.
      return join([a, all.encoding === "latin1" ? "Jos? Ruiz" : "Jos√© Ruiz", s, p, z]);
    case "entity":
      return join([a, "Jos&eacute; Ruiz", s, p, z]);
    default:
      return join([a, `${n}${all.separator} Jr`, s, p, z]);
  }
}

function writeFile(all: Made): { bytes: Buffer; lines: number } {
  const { people, harm, above, separator, lineEnds, total, blankAfter, isCut, encoding } = all;
  const isHarmed = (at: number) =>
    harm !== null && (at === harm.at || (harm.kind === "two dittos" && at === harm.again));
  const rows = people.map((each, at) =>
    isHarmed(at) && harm
      ? harmed(each, harm.kind, all)
      : write([each.account, each.name, each.street, each.phone, each.zone], all),
  );
  rows.splice(blankAfter, 0, "");
  const top = above.map((line) => (line === "sep=" ? `sep=${separator}` : line));
  const texts = [...top, write(COLUMNS, all, "Extra"), ...rows, ...(total === undefined ? [] : [total])];
  const ended = texts.map((text, at) => text + (lineEnds[at % lineEnds.length] ?? "\n")).join("");
  const text = isCut ? ended.slice(0, -10) : ended;
  return {
    bytes: encode(text, encoding),
    lines: (text.match(/\r\n|\r|\n/g)?.length ?? 0) + (/[\r\n]$/.test(text) ? 0 : 1),
  };
}

function encode(text: string, encoding: Made["encoding"]): Buffer {
  switch (encoding) {
    case "mark":
      return Buffer.from(`\ufeff${text}`);
    case "utf16le":
      return Buffer.from(text, "utf16le");
    case "utf16le-mark":
      return Buffer.from(`\ufeff${text}`, "utf16le");
    case "utf16be":
      return Buffer.from(text, "utf16le").swap16();
    default:
      return Buffer.from(text, encoding === "latin1" ? "latin1" : "utf8");
  }
}

const tidy = (text: string) => text.replace(/\s+/g, " ").trim();

/** Of every line of the file the reading knows what became of it, and of none twice. */
function expectEveryLine(
  { table, account, rows }: Awaited<ReturnType<typeof readList>>,
  lines: number,
): void {
  expect(table.lines).toBe(lines);
  const told = new Set(rows.map(({ line }) => line));
  const spans = [...table.rows.filter(({ line }) => told.has(line)), ...account.leftOut];
  const named = spans.flatMap(({ line, lastLine }) =>
    Array.from({ length: lastLine - line + 1 }, (_, at) => line + at),
  );
  expect(new Set(named).size).toBe(named.length);
  expect(named.length + account.blank + 1).toBe(lines);
}

/** Everybody gets what another has: that is asked. @returns whether it came to that, since names may be alike */
async function expectAsked(all: Made, column: "phone" | "name", stored: readonly Member[]): Promise<number> {
  const values = all.people.map((each) => each[column]).sort();
  const people = all.people.map((each, at) => ({ ...each, [column]: values.at(-1 - at) ?? "" }));
  const moved = people.filter(
    (each, at) => nameKey(each[column]) !== nameKey(all.people[at]?.[column] ?? ""),
  );
  if (moved.length * 2 <= people.length) return 0;
  const { questions } = await readList(writeFile({ ...all, people }).bytes, stored);
  expect(questions).toMatchObject([{ about: "sorted", column }]);
  return 1;
}

test("each of a thousand lists comes in rightly, or what doesn't is named by its line", async () => {
  let [members, refusals, asked] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(made, async (all) => {
      const { bytes, lines } = writeFile(all);
      const read = await readList(bytes);
      expectEveryLine(read, lines);
      const phones = new Map(all.people.map((each) => [each.account, each]));
      const named = new Set(read.rows.map(({ account }) => account));
      for (const row of read.writes) {
        const right = phones.get(row.account);
        // Who comes in has their own phone, or none and a word about it; and their own zone.
        expect(right, `account ${row.account}`).toBeDefined();
        const phone = `+1${right?.phone.replaceAll("-", "")}`;
        const outcome = read.rows.find(({ account }) => account === row.account);
        if (row.phone === null) expect(outcome?.notes.join()).toMatch(/^No phone was taken/);
        else expect(row.phone).toBe(phone);
        expect(row.name).not.toMatch(/[√&?]/);
        if (row.zone !== right?.zone) expect(read.said.join(), row.zone).toContain("has no line end");
        members++;
      }
      const untouched = all.people.filter(
        (_, at) => all.harm === null || (at !== all.harm.at && at !== all.harm.again),
      );
      const last = all.people.at(-1);
      for (const person of untouched) {
        if (all.isCut && person === last) continue;
        const found = read.writes.find(({ account }) => account === person.account);
        const isNamed = named.has(person.account);
        expect(found !== undefined || isNamed, `${person.account} is gone without a word`).toBe(true);
        // With nothing wrong in the file everybody comes in, letter by letter.
        if (all.harm === null) expect(found?.name).toBe(tidy(person.name));
      }
      refusals += read.refused.length;
      if (all.harm === null && !all.isCut && all.sorted)
        asked += await expectAsked(all, all.sorted, read.writes);
    }),
    { numRuns: 1000, seed: 11 },
  );
  // The thousand are of all kinds.
  expect(asked).toBeGreaterThan(20);
  expect(members).toBeGreaterThan(4000);
  expect(refusals).toBeGreaterThan(300);
}, 60_000);
