// What lists say of texts in other words: understood, or asked about, and never taken for the opposite.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readMembers } from "../../../src/members/columns.ts";
import {
  createAnswers,
  isKept,
  type ListAnswer,
  resolveAnswers,
} from "../../../src/members/consent/answers.ts";
import { readCell } from "../../../src/members/consent/cells.ts";
import { readHeader } from "../../../src/members/consent/headers.ts";

const tableOf = ([header = [], ...rows]: string[][]) => ({
  header,
  rows: rows.map((cells, at) => ({ line: at + 2, lastLine: at + 2, cells })),
});
const parse = (file: string) => tableOf(file.split("\n").map((line) => line.split(",")));
/** One member for each cell of the column. */
const read = (header: string, cells: string[], answers: ListAnswer[] = []) =>
  readMembers(
    tableOf([
      ["Account", "Name", "Phone", "Zone", header],
      ...cells.map((cell, at) => [String(1001 + at), `Member ${at}`, "206-555-0142", "North", cell]),
    ]),
    createAnswers(answers),
  );
const asked = ({ questions }: ReturnType<typeof read>) =>
  questions.flatMap(({ values }) => values.map(({ value }) => value));

test.each([
  ...["Do Not Contact", "Do Not SMS", "DoNotText", "DO NOT TEXT", "No texts", "Opted out", "Opt-Out Date"],
  ...["Unsubscribed", "Text opt out (Y/N)", "Declined texts", "Do not send texts", "Never text"],
  ...["No contactar", "No enviar mensajes", "Ne pas contacter", "Désabonné", "Refus SMS"],
])("a Yes in the column %j is a No to texts", (header) => {
  expect(readHeader(header)).toBe("opt-out");
  expect(read(header, ["TRUE", "FALSE", "x", ""]).rows.map((row) => row.saysNoTexts)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test.each([
  ...[
    "SMS Opt In (Y/N)",
    "SMSOptIn",
    "Opt-In",
    "Consent",
    "TCPA consent",
    "Text alerts?",
    "Permission to text",
  ],
  ...[
    "OK to text",
    "Text OK",
    "Text",
    "SMS",
    "Texting",
    "Receive Text Messages?",
    "Can we text?",
    "Text Status",
  ],
  ...["Acepta mensajes", "Autoriza SMS", "Consentimiento", "Accepte SMS", "Consentement"],
])("a No in the column %j is one to texts", (header) => {
  expect(readHeader(header)).toBe("opt-in");
  expect(read(header, ["Y", "N", "declined", ""]).rows.map((row) => row.saysNoTexts)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test.each([
  ["Opted out", "Opted out", true],
  ["Opted out", "removed", true],
  ["Opted out", "STOP", true],
  ["Opted out", "2026-03-01", true],
  ["Opted out", "3/1/2026 10:15 AM", true],
  ["Opted out", "46082", true],
  ["Opted out", "since March 1, 2026", true],
  ["Opted out", "N/A", false],
  ["Opted out", "Opted in", false],
  ["Opt-in", "Opted out 3/1/2026", true],
  ["Opt-in", "unsubscribed", true],
  ["Opt-in", "no thanks", true],
  ["Opt-in", "do not text", true],
  ["Opt-in", "NON", true],
  ["Opt-in", "dado de baja", true],
  ["Opt-in", "désinscrit", true],
  ["Opt-in", "rechazado", true],
  ["Opt-in", "✗", true],
  ["Opt-in", "Sí", false],
  ["Opt-in", "oui", false],
  ["Opt-in", "2026-03-01", false],
  ["Opt-in", "✓", false],
])("%s: %j, so that a No to texts is %s", (header, cell, saysNoTexts) => {
  const list = read(header, [cell, ""]);
  expect(asked(list)).toEqual([]);
  expect(list.rows[0]?.saysNoTexts).toBe(saysNoTexts);
});

test.each([
  ["2026-03-01", "2026-03-01"],
  ["2026-03-01T08:00:00Z", "2026-03-01"],
  ["3/1/2026", "2026-03-01"],
  ["13/1/2026", "2026-01-13"],
  ["1-Mar-26", "2026-03-01"],
  ["46082", "2026-03-01"],
  ["1 de marzo de 2026", "2026-03-01"],
  ["Opted out on 2026-03-01", "2026-03-01"],
  ["2026-02-31", undefined],
  ["12", undefined],
])("%j is the day %s", (cell, day) => {
  expect(readCell(cell).date).toBe(day);
});

test.each([
  ["Status", ["active", "unsubscribed", ""], ["unsubscribed"]],
  ["Status", ["Active", "Owner", "current"], []],
  ["Account status", ["A", "I"], ["A", "I"]],
  ["Estado", ["activo", "inactivo"], ["inactivo"]],
  ["Statut", ["actif", "résilié"], ["résilié"]],
  ["Inactive", ["Y", "N", ""], ["Y"]],
  ["Inactive", ["2026-03-01", ""], ["2026-03-01"]],
  ["Active", ["Y", "N"], ["N"]],
  ["Do not call", ["Yes", "No"], ["Yes"]],
  ["DNC", ["x", ""], ["x"]],
  ["Contact preference", ["Text", "Email", "Text and call"], ["Email"]],
  ["Alerts", ["Y", "N"], ["N"]],
  ["Easement consent", ["Y", "N"], ["N"]],
  ["Not opted in", ["Y", "N"], ["Y", "N"]],
  ["Cell", ["Y", "N"], ["Y", "N"]],
  ["Flag", ["Yes", "No"], ["Yes", "No"]],
  ["Owner opt-out", ["Yes", "No"], ["Yes", "No"]],
  ["Do not contact or mail", ["Yes", "No"], ["Yes", "No"]],
  ["Owner", ["Ana Ruiz (no texts)"], ["Ana Ruiz (no texts)"]],
  ["Opt-in", ["pending", "Yes"], ["pending"]],
  ["Opted out", ["declined", "revoked", "never"], ["declined", "revoked", "never"]],
  [
    "Notes",
    ['Said "call me", not text', "gate is blue", "wrong number"],
    ['Said "call me", not text', "wrong number"],
  ],
  ["Comentarios", ["no quiere mensajes", "casa azul"], ["no quiere mensajes"]],
  ["Source", ["web", "unsubscribed"], ["unsubscribed"]],
  ["", ["N", ""], ["N"]],
])("column %j with %j: asked about %j", (header, cells, questions) => {
  const list = read(header, cells);
  expect(asked(list)).toEqual(questions);
  // Until it is answered nobody is taken to have said it.
  expect(list.rows.some(({ saysNoTexts }) => saysNoTexts)).toBe(false);
});

test.each([
  ["Email Opt In", ["No", "Yes"]],
  ["Do not email", ["Yes"]],
  ["Paperless", ["Y", "N"]],
  ["Owner", ["Y", "N"]],
  ["Autopay", ["cancelled", "active"]],
  ["Units", ["1", "0"]],
  ["Move In Date", ["2026-03-01"]],
  ["Street Address", ["1 Stop Road", "12 Contact Lane"]],
  ["Emergency Contact", ["Bob Smith"]],
  ["Last contact", ["2026-03-01"]],
  ["Block", ["12"]],
])("a column %j is about something else: it is named as one that was not used", (header, cells) => {
  const list = read(header, cells);
  expect(asked(list)).toEqual([]);
  expect(list.unusedColumns).toEqual([header]);
  expect(list.rows.map((row) => row.saysNoTexts)).toEqual(cells.map(() => undefined));
});

const negated = [
  ...[
    "Consent declined",
    "SMS consent revoked",
    "Text consent refused",
    "Don't want texts",
    "Not OK to text",
  ],
  ...["Opt-in declined", "Opt-in revoked", "Consent revoked date", "Not enrolled in texts", "Not opted out"],
  ...[
    "Doesn't want texts",
    "Will not accept texts",
    "Won't text",
    "Can't text",
    "Texts not wanted",
    "No opt out",
  ],
  ...[
    "Turn off texts",
    "Texts muted",
    "Silence texts",
    "Pause texts",
    "Hold texts",
    "Text hold",
    "Off text list",
  ],
  ...["Leave off alerts", "Block SMS", "Deny texts", "Reject texts", "Text ban", "Skip texts", "Text exempt"],
  ...["Exempt from texts", "Unenrolled from texts", "SMS inactive", "SMS bounced", "SMS opt in cancelled"],
  ...["Consent withdrawn", "Texts ended", "Text deactivated", "SMS permission ended", "STOP received"],
  ...["Replied STOP", "Without texts", "Text me (no calls)", "Sin mensajes (no)", "Ne veut pas de SMS"],
];

test.each(negated)("what stands in the column %j is asked about, whichever way round", (header) => {
  const cells = ["x", "N", "3/1/2026", "Active", "text", "🚫"];
  const list = read(header, [...cells, ""]);
  expect(asked(list).toSorted()).toEqual(cells.toSorted());
  expect(list.rows.every(({ saysNoTexts }) => saysNoTexts === undefined)).toBe(true);
});

test.each([
  ["DNC", ["text", "all", "Active", "N", ""], ["text", "all", "Active"]],
  ["Suppressed", ["SMS", ""], ["SMS"]],
  ["Exclude", ["texts", "3/1/2026"], ["texts", "3/1/2026"]],
  ["Removed from", ["texts", "current"], ["texts", "current"]],
  ["Date stopped", ["3/1/2026"], ["3/1/2026"]],
  ["Do not text", ["*", "●", "🚫", "👍", "■", "!", "•", "-", "?", ""], ["*", "●", "🚫", "👍", "■", "!", "•"]],
  ["Text?", ["🚫", "❎", "👎", "⛔", "×", "-"], ["🚫", "❎", "👎", "⛔", "×"]],
  ["Text Owner", ["No", "Yes"], ["No"]],
  ["Texts (own phone)", ["No"], ["No"]],
  ["Leak alerts by text", ["No"], ["No"]],
  ["Board texts", ["No"], ["No"]],
  ["Text when paid", ["No"], ["No"]],
  ["Contact by text at this address", ["No"], ["No"]],
  ["Text to this phone", ["N", "Y", "maybe"], ["N", "maybe"]],
  ["Text (1=no 2=yes)", ["1", "2"], ["1", "2"]],
  ["Opt", ["out", "in"], ["out", "in"]],
  ["Flag", ["Yes", "No", "ask again"], ["Yes", "No", "ask again"]],
  ["Opt Out Date", ["12/30/1899", "1/1/1900", "1/1/1970"], ["12/30/1899", "1/1/1900", "1/1/1970"]],
  [
    "Notes",
    [
      ...["prefers not to be texted", "D.N.T.", "notext", "texts: no", "Text=N", "SMS off", "text? no"],
      ...["opt'd out 3/1", "asked to be removed", "asked to be taken off list", "Do not use this number"],
      "gate is blue, off the main road",
    ],
    [
      ...["prefers not to be texted", "D.N.T.", "notext", "texts: no", "Text=N", "SMS off", "text? no"],
      ...["opt'd out 3/1", "asked to be removed", "asked to be taken off list", "Do not use this number"],
    ],
  ],
])("column %j with %j: of these %j may be a No", (header, cells, questions) => {
  const list = read(header, cells);
  expect(asked(list)).toEqual(questions);
  expect(list.rows.some(({ saysNoTexts }) => saysNoTexts)).toBe(false);
});

test("texts? (yes or no) is a column of Yes and No", () => {
  const list = read("Texts? (Yes or No)", ["Yes", "No", "ask again"]);
  expect(asked(list)).toEqual(["ask again"]);
  expect(list.rows.map((row) => row.saysNoTexts)).toEqual([false, true, false]);
});

test("a number beside one's Yes makes no column of phones", () => {
  for (const header of ["Text", "Cell"]) {
    const list = read(header, ["Yes", "No", "use 206-555-0199", "Yes"]);
    expect(list.rows.map(({ phone }) => phone)).toEqual(Array(4).fill("206-555-0142"));
  }
});

test("an answer about a column without a name is not kept for the next file", async () => {
  expect(isKept({ ...answer("ignore", "column 5") })).toBe(false);
  expect(isKept({ ...answer("ignore", "Status") })).toBe(true);
});

test("a negative word beside a word for texts is never a Yes to them, in any order", () => {
  const negative = fc.constantFrom(
    ...[
      "not",
      "no",
      "don't",
      "doesn't",
      "won't",
      "never",
      "without",
      "off",
      "stop",
      "stopped",
      "ended",
      "declined",
    ],
    ...[
      "refused",
      "revoked",
      "withdrawn",
      "denied",
      "rejected",
      "blocked",
      "skip",
      "exempt",
      "muted",
      "cancelled",
    ],
    ...[
      "inactive",
      "disabled",
      "bounced",
      "removed",
      "suppressed",
      "excluded",
      "unsubscribed",
      "sin",
      "pas de",
    ],
  );
  const touching = fc.constantFrom(
    ...[
      "text",
      "texts",
      "SMS",
      "text messages",
      "alerts",
      "consent",
      "permission",
      "opt in",
      "contact",
      "mensajes",
    ],
  );
  const beside = fc.constantFrom("", "date", "customer", "status", "to", "(Y/N)", "2024");
  const mark = fc.constantFrom("x", "Y", "yes", "TRUE", "1", "3/1/2026", "✓");
  fc.assert(
    fc.property(negative, touching, beside, fc.boolean(), mark, (no, texts, more, isFirst, cell) => {
      // "SMS No" is SMS, yes or no.
      fc.pre(no !== "no" || isFirst);
      const header = `${isFirst ? `${no} ${texts}` : `${texts} ${no}`} ${more}`;
      const list = read(header, [cell, "", ""]);
      expect(asked(list).length > 0 || list.rows[0]?.saysNoTexts === true, header).toBe(true);
      expect(list.rows.slice(1).some(({ saysNoTexts }) => saysNoTexts)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test("words in a name, a phone's cell or a zone that may be a No are asked about, too", () => {
  const list = readMembers(
    parse(
      [
        "Account,Name,Phone,Zone",
        "1,Ana Ruiz (DO NOT TEXT),206-555-0142,North",
        "2,Ben Ode,206-555-0143 no texts,North",
        "3,Cy Park,STOP,North",
        "4,Di Lee,206-555-0144,Inactive",
        "5,Eli No,none,No Name Creek",
      ].join("\n"),
    ),
  );
  expect(list.questions.map(({ column, values }) => [column, ...values.map(({ value }) => value)])).toEqual([
    ["Name", "Ana Ruiz (DO NOT TEXT)"],
    ["Phone", "206-555-0143 no texts", "STOP"],
    ["Zone", "Inactive"],
  ]);
});

test.each(["Text", "Cell", "SMS", "Mobile", "Cell Phone"])(
  "a column %j of Yes and No is no column of phones, beside one or alone",
  (header) => {
    const beside = read(header, ["Y", "N", ""]);
    expect(beside.rows.map(({ phone }) => phone)).toEqual(Array(3).fill("206-555-0142"));
    const alone = parse(`Account,Name,Zone,${header}\n1,Ana,North,Y\n2,Ben,North,N`);
    expect(() => readMembers(alone)).toThrow(/no column for the phone/);
  },
);

test("where phones stand in it, a column Text is the one of the phones", () => {
  const file =
    "Account,Name,Phone,Text,Zone\n1,Ana,206-555-0101,206-555-0142,North\n2,Ben,206-555-0102,,North";
  expect(readMembers(parse(file)).rows.map(({ phone }) => phone)).toEqual(["206-555-0142", ""]);
});

test("any No of several columns counts, with its day", () => {
  const file =
    "Account,Name,Phone,Zone,Opt-In,Do Not Contact,Opted Out\n1,A,,N,Yes,TRUE,\n2,B,,N,Yes,,2026-03-01\n3,C,,N,Yes,,";
  const { rows } = readMembers(parse(file));
  expect(rows.map(({ saysNoTexts, noSince }) => [saysNoTexts, noSince])).toEqual([
    [true, undefined],
    [true, "2026-03-01"],
    [false, undefined],
  ]);
});

const answer = (meaning: ListAnswer["meaning"], column: string, value: string | null = null) => ({
  meaning,
  column,
  value,
  answeredAt: null,
});

test("an answer counts for its value, however that is written, and for no other", () => {
  const list = read(
    "Status",
    ["Unsubscribed ", "closed", "active"],
    [answer("no texts", "STATUS", "unsubscribed"), answer("texts", "status", "Closed")],
  );
  expect(asked(list)).toEqual([]);
  expect(list.rows.map((row) => row.saysNoTexts)).toEqual([true, false, false]);
  expect(list.answers).toHaveLength(2);
  expect(asked(read("Status", ["closed"], [answer("texts", "Status", "active")]))).toEqual(["closed"]);
});

test("a column that is to be ignored says nothing, not even one that is understood", () => {
  for (const header of ["Status", "Opt-In"]) {
    const list = read(header, ["No", "unsubscribed"], [answer("ignore", header)]);
    expect(asked(list)).toEqual([]);
    expect(list.unusedColumns).toEqual([header]);
    expect(list.rows.map((row) => row.saysNoTexts)).toEqual([undefined, undefined]);
  }
});

test("answers find their columns, also where a name has a = in it", () => {
  const given = ["Text (1=yes)=0", "status=a=b", "Other=x"].map((text) => ({
    meaning: "texts" as const,
    text,
  }));
  const { answers, unmet } = resolveAnswers(given, ["Account", "Text (1=yes)", "Status"]);
  expect(answers.map(({ column, value }) => [column, value])).toEqual([
    ["Text (1=yes)", "0"],
    ["Status", "a=b"],
  ]);
  expect(unmet).toEqual([given[2]]);
});

test("whatever a column is called, and however a plain No is written, it counts or is asked about", () => {
  const header = fc.constantFrom(
    ...["Opt-In", "Text alerts?", "Opted Out", "Do Not Contact", "Status", "Inactive", "Notes", "Source", ""],
    ...["Contact preference", "Column 7", "Owner", "Cell", "SMS", "Estado", "Remarques", "Group", "Type"],
  );
  const no = fc.constantFrom(
    ...["opted out", "unsubscribed", "do not text", "no texts", "stop texting", "no sms", "do not contact"],
    ...["no contactar", "ne pas contacter", "opt out", "no mensajes", "stop", "dado de baja", "désabonné"],
  );
  const written = fc
    .tuple(no, fc.constantFrom("", ".", "!", " - 3/1/2026", " (2026-03-01)"), fc.nat(3))
    .map(([words, after, how]) => {
      const cased = [words, words.toUpperCase(), words.replaceAll(" ", "-"), words.replaceAll(" ", "  ")][
        how
      ];
      return `${cased}${after}`;
    });
  fc.assert(
    fc.property(header, written, fc.constantFrom("", "active", "yes"), (title, cell, other) => {
      // Of an owner, or a bill, the word alone says something else.
      fc.pre(title !== "Owner" || !/^stop\W*[\d/-]*\W*$/i.test(cell));
      const list = read(title, [other, cell]);
      const isAsked = asked(list).includes(cell.replaceAll("  ", " "));
      expect(isAsked || list.rows[1]?.saysNoTexts).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
