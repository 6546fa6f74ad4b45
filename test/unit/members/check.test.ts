// What is no value, cells that have moved, and columns that were sorted by themselves.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Change, findSorted } from "../../../src/members/check/sorted.ts";
import type { Member } from "../../../src/members/plan.ts";
import { readList } from "../../helpers/lists.ts";

const csv = (header: string, ...rows: string[]) => [header, ...rows, ""].join("\n");
const HEADER = "Account,Name,Phone,Zone";

test.each([
  ["zone", ["do", "Ditto", "same", "same as above", "N/A", "null", "Loading...", "Err:508", "TRUE"]],
  ["zone", ["=VLOOKUP(A1;B:C;2)", "####", "#SPILL!", "#NULL!", "idem", "—", "as above", "n.a.", "unknown"]],
  ["account", ["n/a", "TRUE", "Err:508", "1/5/2026", "2026-01-05", "5-Jan-26", "5.1.2026", "1/5/2026 0:00"]],
  ["account", ["Total", "Total: 58", "Printed 3/1/2026", "Page 1", "As of 3/1/2026", "=B3", "ditto"]],
  ["name", ["N/A", "TRUE", "=B3", "page 1", "58", "same as above", "Jos?", "Nu?ez, Ana", "#REF!"]],
])("no member comes in by what is no %s: %j", async (what, values) => {
  for (const value of values) {
    const cells = { account: "1002", name: "Ben Ode", zone: "North", [what]: value };
    const { members, refused } = await readList(
      csv(HEADER, "1001,Ana Ruiz,,North", `${cells.account},"${cells.name}",206-555-0143,${cells.zone}`),
    );
    expect({ value, members }).toEqual({ value, members: ["1001 Ana Ruiz null North"] });
    expect(refused).toHaveLength(1);
  }
});

test.each([
  ["account", ["A-12", "12-05-7", "1001.5", "OFFICE", "PAGE-12", "2026", "10/5"]],
  ["name", ["An Do", "Same Ota", "Null Brothers Farm", "Page Miller", "7 Eleven"]],
  ["zone", ["1", "Doe Hill", "True North", "Unknown Creek", "Same Road"]],
])("a good %s is taken, though it is like one that is none: %j", async (what, values) => {
  for (const value of values) {
    const cells = { account: "1002", name: "Ben Ode", zone: "North" };
    const { account, name, zone } = { ...cells, ...Object.fromEntries([[what, value]]) };
    const { members } = await readList(csv(HEADER, `${account},${name},,${zone}`));
    expect(members).toEqual([`${account} ${name} null ${zone}`]);
  }
});

const sound = [
  "1003,Cy Park,North,206-555-0103,call first",
  "1004,Di Lee,South,206-555-0104,",
  "1005,Eli Moss,North,,",
];

test.each([
  ["Account,Name,Zone,Phone,Notes", "1001,Ruiz, Ana,North,206-555-0142"],
  ["Account,Name,Zone,Phone,Language", "1001,Ruiz, Ana,North,206-555-0142"],
  ["Account,Name,Zone,Phone,Notes", "1001,Ruiz, Ana,North,(206) 555-0142"],
])(
  "%s: a comma in a name moves the zone and the phone on, and that is not believed: %s",
  async (header, moved) => {
    const { members, refused } = await readList(csv(header, moved, ...sound));
    expect(members).toHaveLength(3);
    expect(refused).toEqual([expect.stringMatching(/^2: The cells of this row seem to have moved/)]);
  },
);

test.each([
  ["Account,Phone,Name,Zone,Notes", "1001,206-555-0142,Ruiz, Ana,North"],
  ["Account,Phone,Name,Zone,Notes", "1001,206-555-0142,Ruiz, Ana,  north "],
])("%s: a zone that stands beside its column, too", async (header, moved) => {
  const rows = ["1003,206-555-0103,Cy Park,North,", "1004,206-555-0104,Di Lee,North,x"];
  const { members, refused } = await readList(csv(header, moved, ...rows));
  expect(members).toHaveLength(2);
  expect(refused).toEqual([expect.stringMatching(/^2: .*the zone would be "Ana"/)]);
});

test("phones and zones in columns that have them in other rows too are no sign of that", async () => {
  const { members, refused } = await readList(
    csv(
      "Account,Name,Mobile,Zone,Home Phone,Old zone,Emergency contact",
      "1001,Ana Ruiz,ask,West,206-555-0142,North,206-555-0199",
      "1002,Ben Ode,206-555-0143,North,,South,206-555-0198",
      "1003,Cy Park,206-555-0144,South,206-555-0145,North,206-555-0197",
    ),
  );
  expect({ members: members.length, refused }).toEqual({ members: 3, refused: [] });
});

type Person = { account: string; name: string; phone: string; zone: string };
const people: Person[] = ["Ana Ruiz", "Ben Ode", "Cy Park", "Di Lee", "Eli Moss", "Flo Hall"].map(
  (name, at) => ({
    account: String(1001 + at),
    name,
    phone: `206-555-014${at}`,
    zone: ["River", "North", "South", "North", "South", "River"][at] ?? "",
  }),
);
const fileOf = (all: readonly Person[]) =>
  csv(HEADER, ...all.map(({ account, name, phone, zone }) => `${account},${name},${phone},${zone}`));
const stored = (await readList(fileOf(people))).writes;
const ask = async (all: readonly Person[]) => (await readList(fileOf(all), stored)).questions;

const withColumn = (column: keyof Person, values: string[]) =>
  people.map((person, at) => ({ ...person, [column]: values[at] ?? "" }));

test.each(["name", "phone", "zone"] as const)(
  "a column of %ss that was sorted by itself is asked about",
  async (column) => {
    const values = people.map((person) => person[column]);
    const descending = values.toSorted().toReversed();
    expect(await ask(withColumn(column, descending))).toMatchObject([{ about: "sorted", column }]);
    expect(await ask(withColumn(column, [...values.slice(1), values[0] ?? ""]))).toMatchObject([
      { about: "sorted", column },
    ]);
    expect(await ask(people.toReversed())).toEqual([]);
  },
);

test.each<[what: string, all: Person[]]>([
  ["two who marry", people.map((each, at) => (at < 2 ? { ...each, name: `${each.name}-Hall` } : each))],
  [
    "a phone handed on",
    withColumn("phone", ["206-555-0199", "206-555-0140", ...people.slice(2).map(({ phone }) => phone)]),
  ],
  [
    "all have new phones",
    withColumn(
      "phone",
      people.map((_, at) => `206-555-019${at}`),
    ),
  ],
  [
    "a zone that is divided",
    people.map((each) => (each.zone === "North" ? { ...each, zone: "Upper" } : each)),
  ],
  [
    "a zone that goes to another",
    people.map((each) => (each.zone === "North" ? { ...each, zone: "South" } : each)),
  ],
  [
    "one phone for two",
    withColumn("phone", ["206-555-0140", "206-555-0140", ...people.slice(2).map(({ phone }) => phone)]),
  ],
])("%s: nothing is asked", async (_, all) => {
  expect(await ask(all)).toEqual([]);
});

test("however a column is shuffled, most get another's only after a question", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("name" as const, "phone" as const, "account" as const),
      fc.shuffledSubarray([...people.keys()], { minLength: people.length }),
      async (column, order) => {
        const shuffled = withColumn(
          column,
          order.map((at) => people[at]?.[column] ?? ""),
        );
        const moved = order.filter((from, at) => from !== at).length;
        const questions = await ask(shuffled);
        if (moved * 2 > people.length) expect(questions).not.toEqual([]);
        if (moved === 0) expect(questions).toEqual([]);
      },
    ),
    { numRuns: 300, seed: 11 },
  );
});

/** Members by their number; `is` is what the file would make of each. */
const changes = (...all: [was: Partial<Member>, is: Partial<Member>][]): Change[] =>
  all.map(([was, is], at) => {
    const before: Member = {
      account: `${at + 1}`,
      name: `Member ${"abcdefgh"[at]}`,
      phone: `+1206555010${at}`,
      zone: "North",
      language: null,
      ...was,
    };
    return { line: at + 2, was: before, is: { ...before, ...is } };
  });
const same: [Partial<Member>, Partial<Member>] = [{}, {}];

test("a column is asked about beyond a third of its rows, from two on, and with whose it would be", () => {
  const swapped: [Partial<Member>, Partial<Member>][] = [
    [{ name: "Ana" }, { phone: "+12065550101", name: "Anna" }],
    [{ name: "Ben" }, { phone: "+12065550100" }],
  ];
  expect(findSorted(changes(...swapped, same, same, same, same))).toEqual([]);
  expect(findSorted(changes(...swapped, same, same, same))).toEqual([
    {
      about: "sorted",
      column: "phone",
      rows: 2,
      of: 5,
      examples: [
        { line: 2, account: "1", name: "Anna", before: "account 2, Ben" },
        { line: 3, account: "2", name: "Ben", before: "account 1, Ana" },
      ],
    },
  ]);
  expect(findSorted(changes([{}, { phone: "+12065550101" }], same))).toEqual([]);
  // Whose phone is taken away has got nobody else's; who has none, and gets none, counts for nothing.
  const none: [Partial<Member>, Partial<Member>] = [{ phone: null }, {}];
  expect(findSorted(changes([{}, { phone: null }], [{}, { phone: null }], none))).toEqual([]);
  expect(findSorted(changes(...swapped, same, same, same, none))).toMatchObject([{ rows: 2, of: 5 }]);
});

test("zones that have changed places are asked about, a zone that others move to is not", () => {
  const to = (was: string, is: string): [Partial<Member>, Partial<Member>] => [{ zone: was }, { zone: is }];
  const there = [to("North", "South"), to("South", "North"), to("North", "South"), to("South", "North")];
  expect(findSorted(changes(...there, to("North", "South")))).toMatchObject([
    { column: "zone", rows: 5, of: 5, examples: [{ before: "others, South" }, {}, {}] },
  ]);
  expect(findSorted(changes(...there.slice(1), to("North", "South")))).toMatchObject([{ rows: 4 }]);
  expect(findSorted(changes(...there.slice(0, 3), to("North", "South"), to("North", "South")))).toEqual([]);
});
