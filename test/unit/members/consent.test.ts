// What lists say of texts in other words: understood, or asked about, and never taken for the opposite.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readMembers } from "../../../src/members/columns.ts";
import { createAnswers, type ListAnswer, resolveAnswers } from "../../../src/members/consent/answers.ts";
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
    "Text me?",
    "Consent on file",
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
  ["Inactive", ["Y", "N", ""], ["Y", "N"]],
  ["Inactive", ["2026-03-01", ""], ["2026-03-01"]],
  ["Active", ["Y", "N"], ["N"]],
  ["Do not call", ["Yes", "No"], ["Yes", "No"]],
  ["DNC", ["x", ""], ["x"]],
  ["Contact preference", ["Text", "Email", "Text and call"], ["Text", "Email", "Text and call"]],
  ["Alerts", ["Y", "N"], ["Y", "N"]],
  ["Easement consent", ["Y", "N"], ["Y", "N"]],
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
  ["Contact Name", ["Bob Smith", "Nancy Stopps"]],
  ["Preferred name", ["Nan"]],
  ["Text number 2", ["206-555-0199"]],
  ["Service Stop Date", ["3/1/2026"]],
  ["Meter status", ["Off"]],
  ["Lease ended", ["3/1/2026"]],
])("a column %j is about something else: it is named as one that was not used", (header, cells) => {
  const list = read(header, cells);
  expect(asked(list)).toEqual([]);
  expect(list.unusedColumns).toEqual([header]);
  expect(list.rows.map((row) => row.saysNoTexts)).toEqual(cells.map(() => undefined));
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

const NAMED_NO =
  `Consent declined; SMS consent revoked; Text consent refused; Don't want texts; Not OK to text; Opt-in declined;
  Opt-in revoked; Consent revoked date; Not enrolled in texts; Doesn't want texts; Does not want texts; Will not accept texts;
  Won't text; Can't text; Texts not wanted; Without texts; Turn off texts; Texts muted; Silence texts; Pause texts; Hold texts;
  Text hold; Off text list; Leave off alerts; Block SMS; SMS block; Deny texts; Reject texts; Text ban; Skip texts;
  Exempt from texts; Text exempt; Unenrolled from texts; SMS inactive; SMS bounced; SMS opt in cancelled; Consent withdrawn;
  SMS consent withdrawn; Texts ended; Text deactivated; SMS permission ended; STOP received; Replied STOP; Date stopped;
  Stopped; DNC; Suppressed; Suppression status; Exclude; Blocked; Declined; Refused; Do not; Removed from; Removed; Opt;
  Text Owner; Text Tenant; Texts (own phone); Own phone - text?; Leak alerts by text; Board texts; Text Billing;
  Text when paid; Contact by text at this address; Text message address; Text route; Text (1=no 2=yes); Text to this phone;
  No opt-in; Never opted in; Opted in/out; Not opted out; No consent to text; Email only; Calls only; Landline only;
  Owner declined; Texting 🚫; Prefers no texts; Unwilling to be texted; Opposed; Objection to messages; Anti-SMS; Text phobic; Text me (no calls);
  Sin mensajes (no); Ne veut pas de SMS; Suppressed from SMS`
    .split(";")
    .map((name) => name.replace(/\s+/g, " ").trim());
const DOUBTFUL = [
  "Yes",
  "No",
  "x",
  "text",
  "all",
  "Both",
  "Active",
  "current",
  "SMS",
  "2",
  "maybe",
  "*",
  "🚫",
];
test.each(NAMED_NO)(
  "a column %j is not understood: each of its values is asked about, and counts as nothing",
  (header) => {
    const list = read(header, [...DOUBTFUL, "3/1/2026", "", "-"]);
    expect(asked(list).toSorted()).toEqual([...DOUBTFUL, "3/1/2026"].toSorted());
    expect(list.rows.every(({ saysNoTexts }) => saysNoTexts === undefined)).toBe(true);
  },
);

test.each(
  [
    ..."*●🚫👍■!•☐☒×❎✗".split(/(?:)/u),
    "OK",
    "off",
    "No thanks",
    "no opt out",
    "not opted out",
    "12/30/1899",
    "1/1/1900",
    "1/1/1970",
    "01/01/70",
    "12/31/9999",
    "0000-00-00",
  ].map((cell) => [cell]),
)("under Opted Out %j may be anything: asked", (cell) => {
  const list = read("Opted Out", [cell, ""]);
  expect(asked(list)).toEqual([cell]);
  expect(list.rows[0]?.saysNoTexts).toBe(false);
});

test.each([
  ["🚫"],
  ["❎"],
  ["👎"],
  ["⛔"],
  ["×"],
  ["☐"],
  ["☒"],
  ["*"],
  ["no consent."],
  ["not now"],
  ["Yes 🚫"],
  ["consent?? ask"],
])("under Text? %j is no Yes: asked", (cell) => {
  expect(asked(read("Text?", [cell, "Yes"]))).toEqual([cell]);
});

test("check marks are a Yes, dashes and question marks nothing", () => {
  const cells = ["√", "✅", "☑️", "✔", "-", "–", "—", "?", "…"];
  const list = read("Do not text", cells);
  expect(asked(list)).toEqual([]);
  expect(list.rows.map(({ saysNoTexts }) => saysNoTexts)).toEqual(cells.map((_, at) => at < 4));
});

test.each([
  "prefers not to be texted",
  "D.N.T.",
  "notext",
  "texts: no",
  "Text=N",
  "SMS off",
  "text? no",
  "opt'd out 3/1",
  "asked to be removed",
  "asked to be taken off list",
  "Do not use this number",
  "calls only",
  "landline only",
  "N/T",
  "took her off the text list",
  "hates texts",
  "never wants to get texts",
  "text - declined",
  "off texts",
  "un-enroll from SMS",
  "asked to be taken off",
  "prefers calls",
  "prefers e-mail",
  "📵",
  "NT",
])("a note %j is asked about, whatever its column is called", (note) => {
  for (const header of ["Notes", "Remarks", "Special", "Column 9"]) {
    expect(asked(read(header, [note, "gate is blue"])), header).toEqual([note]);
  }
});

test.each([
  ...["Ana Ruiz (NT)", "Ana Ruiz - no sms", "Ana Ruiz 📵", "Ana Ruiz (asked to be removed)"],
  ...["Ana Ruiz no txt", "Ana Ruiz DNC", "Ana Ruiz D.N.T.", "Ana Ruiz text=N"],
])("a name %j is asked about", (name) => {
  const [question] = readMembers(
    tableOf([
      ["Account", "Name", "Phone", "Zone"],
      ["1", name, "", "North"],
    ]),
  ).questions;
  expect(question).toMatchObject({ column: "Name", values: [{ value: name }] });
});

/** Header, one usual row, and what is asked: at most a question, about a column that may really be it. */
test.each<[program: string, file: string, questions: string[]]>([
  [
    "QuickBooks",
    "Active Status,Customer,Balance,Balance Total,Company,Mr./Ms./...,First Name,M.I.,Last Name,Primary Contact,Main Phone,Fax,Alt. Phone,Secondary Contact,Job Title,Main Email,Bill to 1,Ship to 1,Customer Type,Terms,Rep,Sales Tax Code,Tax item,Resale Num,Account No.,Credit Limit,Job Status,Start Date,Note,Zone\n" +
      "Active,Ana Ruiz,12.50,12.50,Ruiz Farm,Ms.,Ana,N,Ruiz,Bob Ruiz,206-555-0142,,206-555-0199,Leo,Owner,a@example.org,1 Stop Road,1 Stop Road,Residential,Net 30,BB,Non,Water,12,1001,500,None,3/1/2020,gate is blue,North",
    [],
  ],
  [
    "Google Contacts",
    "Name,Given Name,Family Name,Nickname,Birthday,Notes,Group Membership,Labels,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone,Phone 2 - Value,Address 1 - Formatted,Organization 1 - Name,Relation 1 - Type,Website 1 - Type,Account,Zone\n" +
      "Ana Ruiz,Ana,Ruiz,Nan,1970-01-01,,* myContacts ::: * friends,* myContacts,* Home,a@example.org,Mobile,206-555-0142,206-555-0199,12 Contact Lane,Ruiz Farm,Spouse,Home Page,1001,North",
    [],
  ],
  [
    "Outlook",
    "Title,First Name,Last Name,Business Phone,Callback,Home Phone,Mobile Phone,Other Phone,Account,Anniversary,E-mail Address,E-mail Type,Gender,Notes,Priority,Private,Sensitivity,Spouse,User 1,Web Page,Zone\n" +
      "Ms.,Ana,Ruiz,206-555-0101,206-555-0102,206-555-0103,206-555-0142,,1001,,a@example.org,SMTP,Unspecified,,Normal,FALSE,Normal,Leo,,,North",
    ["Private"],
  ],
  [
    "a utility's billing",
    "Account No,Customer Name,Service Address,Unit,Service City,Mailing Address,Meter No,Meter Size,Meter Status,Route,Sequence,Last Read,Last Read Date,Prior Read,Usage,Balance,Past Due,Last Payment,Last Payment Date,Service Start Date,Service Stop Date,Shut Off Date,Move Out Date,Tax Exempt,Penalty Exempt,Autopay,Paperless,Email,Email Bill,Phone,Zone,Status,Owner,Deposit,Rate Code\n" +
      '1001,Ana Ruiz,12 Main St,N,Leadville,PO Box 12,M-12,5/8",Off,12,3,1200,2026-03-01,1100,100,12.50,No,20,2026-02-01,2001-05-01,2026-03-01,3/1/2026,3/1/2026,N,Y,N,Y,a@example.org,N,206-555-0142,North,Active,Y,100,R1',
    [],
  ],
  [
    "one of a co-op's own",
    "Acct,Name,Cell,Home Phone,E-mail,Zone,Shares,Lot,Block,Emergency Contact,Emergency Contact Phone,Last contact,Directional,Member since,Votes,Text OK?,Do Not Text\n" +
      "1001,Ana Ruiz,206-555-0142,206-555-0103,a@example.org,North,2,12,4,Bob Smith,206-555-0199,2026-03-01,N,2001,1,Y,",
    [],
  ],
])("a usual list: %s", (_, file, questions) => {
  const list = readMembers(parse(file));
  expect(list.questions.map(({ column }) => column)).toEqual(questions);
});

test("many dates of one column are one question, with one answer, each a No of its own day", () => {
  const cells = ["3/1/2026", "4/2/2026", "", "declined"];
  expect(asked(read("Texts ended", cells))).toEqual(["a date", "declined"]);
  const list = read("Texts ended", cells, [
    answer("no texts", "Texts ended", "a date"),
    answer("texts", "texts ended", "declined"),
  ]);
  expect(asked(list)).toEqual([]);
  expect(list.rows.map(({ saysNoTexts, noSince }) => [saysNoTexts, noSince])).toEqual([
    [true, "2026-03-01"],
    [true, "2026-04-02"],
    [false, undefined],
    [false, undefined],
  ]);
});

test("of many values those that are most like a No come first", () => {
  const cells = ["pending", "pending", "sent", "do not text"];
  expect(asked(read("Message", cells))).toEqual(["do not text", "pending", "sent"]);
});

test("texts? (yes or no) is a column of Yes and No", () => {
  const list = read("Texts? (Yes or No)", ["Yes", "No", "ask again"]);
  expect(asked(list)).toEqual(["ask again"]);
  expect(list.rows.map((row) => row.saysNoTexts)).toEqual([false, true, false]);
});

test.each([
  ["Text", ["Yes", "No", "use 206-555-0199", "Yes"], ["use 206-555-0199"]],
  ["Cell", ["Y", "N", "2065550199", "Y"], ["Y", "N", "2065550199"]],
])(
  "a number beside one's Yes makes no column of phones of %j, and is asked about",
  (header, cells, questions) => {
    const list = read(header, cells);
    expect(list.rows.map(({ phone }) => phone)).toEqual(Array(4).fill("206-555-0142"));
    expect(asked(list)).toEqual(questions);
  },
);

test.each([
  ["US", "3/4/2026", "2026-03-04"],
  ["GB", "3/4/2026", "2026-04-03"],
  ["MX", "3/4/2026", "2026-04-03"],
  ["GB", "3/12/2026", "2026-12-03"],
  ["GB", "3/14/2026", "2026-03-14"],
  ["CA", "2026-03-04", "2026-03-04"],
] as const)("in %s %s is the day %s", (country, cell, day) => {
  const table = tableOf([
    ["Account", "Name", "Phone", "Zone", "Opted Out"],
    ["1", "Ana", "", "North", cell],
  ]);
  expect(readMembers(table, createAnswers([]), country).rows[0]?.noSince).toBe(day);
});

test("columns that share a name, and those without one, are told apart by their place", () => {
  const table = tableOf([
    ["Account", "Name", "Phone", "Zone", "Status", "", "STATUS"],
    ["1", "Ana", "", "North", "gone", "No", "lost"],
  ]);
  const columns = ["Status (column 5)", "column 6", "STATUS (column 7)"];
  expect(readMembers(table).questions.map(({ column }) => column)).toEqual(columns);
  for (const column of columns) {
    const left = readMembers(table, createAnswers([answer("ignore", column)])).questions;
    expect(left.map((question) => question.column)).toEqual(columns.filter((each) => each !== column));
  }
  expect(readMembers(table, createAnswers([answer("ignore", "Status")])).questions).toHaveLength(3);
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

/** Names for a No, as people build them, whether anybody has thought of them or not. */
const nameOfNo = fc
  .record({
    not: fc.constantFrom(
      ...[
        "not",
        "no",
        "don't",
        "do not",
        "won't",
        "can't",
        "never",
        "doesn't",
        "without",
        "stop",
        "stopped",
        "declined",
      ],
      ...[
        "revoked",
        "withdrawn",
        "refused",
        "ended",
        "off",
        "block",
        "deny",
        "exempt from",
        "un",
        "mute",
        "zapped",
        "nix",
      ],
    ),
    about: fc.constantFrom(
      ...[
        "texts",
        "text",
        "SMS",
        "text alerts",
        "consent",
        "opt-in",
        "messages",
        "permission to text",
        "txt",
      ],
      ...[
        "SMS consent",
        "contact",
        "alerts",
        "text messages",
        "opted in",
        "want texts",
        "OK to text",
        "subscribed",
      ],
    ),
    order: fc.nat(2),
    beside: fc.constantFrom("", "", "Owner ", "Member ", "Billing ", "Is ", "Board "),
    after: fc.constantFrom("", "", "?", " date", " (Y/N)", " flag", " - own phone"),
    spelling: fc.nat(5),
  })
  .map(({ not, about, order, beside, after, spelling }) => {
    const core = [`${not} ${about}`, `${about} ${not}`, `${about}: ${not}`][order] ?? about;
    const name = `${beside}${core}${after}`;
    const title = name.replace(/\b\w/g, (letter) => letter.toUpperCase());
    return (
      [
        name,
        name.toUpperCase(),
        title,
        title.replaceAll(" ", ""),
        name.replaceAll(" ", "_"),
        name.replaceAll("'", "’"),
      ][spelling] ?? name
    );
  });

test("nobody who said No is texted without a question, and nobody who said nothing is opted out", () => {
  const no = fc.constantFrom(
    ...[
      "Yes",
      "Y",
      "x",
      "TRUE",
      "✓",
      "*",
      "🚫",
      "3/1/2026",
      "2026-03-01",
      "text",
      "all",
      "active",
      "declined",
      "off",
      "1",
    ],
  );
  const nothing = fc.constantFrom("", "", "-", "N/A", "?");
  let [counted, questions] = [0, 0];
  fc.assert(
    fc.property(
      fc.oneof(
        { weight: 3, arbitrary: nameOfNo },
        fc.constantFrom("Opted Out", "Do Not Text", "NO SMS", "Unsubscribed"),
      ),
      fc.array(fc.oneof(no, nothing), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      (header, cells, isFirst) => {
        const columns = ["Account", "Name", "Phone", "Zone"];
        const at = isFirst ? 0 : 4;
        const list = readMembers(
          tableOf([
            columns.toSpliced(at, 0, header),
            ...cells.map((cell, n) =>
              [`${1001 + n}`, `Member ${n}`, "206-555-0142", "North"].toSpliced(at, 0, cell),
            ),
          ]),
        );
        const isAsked = new Set(asked(list));
        for (const [n, cell] of cells.entries()) {
          const saysNoTexts = list.rows[n]?.saysNoTexts;
          if (["", "-", "N/A", "?"].includes(cell)) {
            expect(saysNoTexts ?? false, `${header}: ${cell} opts out`).toBe(false);
            continue;
          }
          const isHeard =
            saysNoTexts === true || isAsked.has(cell) || (isAsked.has("a date") && /2026/.test(cell));
          expect(isHeard, `${header}: ${cell}`).toBe(true);
          if (saysNoTexts) counted++;
          else questions++;
        }
      },
    ),
    { numRuns: 1000 },
  );
  // The thousand are of both kinds.
  expect(counted).toBeGreaterThan(50);
  expect(questions).toBeGreaterThan(1000);
});
