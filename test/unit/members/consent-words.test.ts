// Every wording that is known, in a cell and in a column's name. Whom a text goes to hangs on each.
import { expect, test } from "vitest";
import { readMembers } from "../../../src/members/columns.ts";
import {
  columnKey,
  createAnswers,
  isByPlace,
  type ListAnswer,
  resolveAnswers,
  valueKey,
} from "../../../src/members/consent/answers.ts";
import { mayBeWish, mentionsRefusal, readCell, type Said } from "../../../src/members/consent/cells.ts";
import { holdsYesAndNo } from "../../../src/members/consent/consent.ts";
import { type HeaderMeaning, headerWords, readHeader } from "../../../src/members/consent/headers.ts";

const said: Record<Said, string[]> = {
  yes: [
    ...["yes", "Y", "yep", "yeah", "TRUE", "t", "1", "1.0", "x", "checked", "✓", "✔", "☑", "✅"],
    ...["Yes, please", "ja", "Sí", "sí gracias", "verdadero", "cierto", "oui", "oui merci", "vrai", "✓✓"],
  ],
  no: [...["no", "N", "nope", "nay", "FALSE", "f", "0", "0.0", "unchecked", "nein", "falso", "non", "faux"]],
  refused: [
    ...["opted out", "opt-out", "opts out", "opting out", "optout", "has opted out", "member is opted out"],
    ...[
      "unsubscribed",
      "unsub",
      "un-subscribed",
      "unsubscribe",
      "do not text",
      "Don't text",
      "never contact",
    ],
    ...["not to be contacted", "no texts", "do not want", "dont want texts", "do not disturb", "don't send"],
    ...["doesn't want texts", "does not wish", "no quiere mensajes", "no acepta", "no autoriza", "no desea"],
    ...["no contactar", "no enviar", "no molestar", "no mandar mensajes", "not opted in", "not subscribed"],
    ...["not consented", "not interested", "stop", "stopped", "stop all", "STOP texts please", "removed"],
    ...["remove", "remove me", "remove me from all texts", "dado de baja", "dada de baja", "baja"],
    ...["desuscrito", "desuscrita", "désabonné", "désabonnées", "désinscrit", "ne pas contacter"],
    ...["ne plus envoyer", "ne pas déranger", "pas de SMS", "pas de messages", "she has unsubscribed"],
    ...["opted out  --  texts", "no 'texts'"],
  ],
  agreed: [
    ...[
      "opted in",
      "opt-in",
      "opts in",
      "subscribed",
      "suscrito",
      "suscrita",
      "abonné",
      "abonnée",
      "inscrit",
    ],
    ...["has opted in to texts"],
  ],
  ended: [
    ...["decline", "declined", "declines", "refused", "refuses", "denied", "rejected", "revoked", "revoke"],
    ...["withdrawn", "withdrew", "cancel", "canceled", "cancelled", "quit", "ended", "blocked", "disabled"],
    ...["deactivated", "inactive", "inactivo", "inactiva", "inactif", "not allowed", "not ok", "not active"],
    ...["rechazado", "rechaza", "cancelada", "refuse", "refus", "annulé", "annulée", "member declined"],
    ...["never", "off", "No, thanks", "no thank you", "No, gracias.", "non merci", "✗", "✘", "❌", "✗✗"],
  ],
  begun: [
    ...[
      "active",
      "current",
      "open",
      "enabled",
      "consent",
      "consents",
      "consented",
      "agree",
      "agreed",
      "agrees",
    ],
    ...["granted", "given", "signed", "accept", "accepted", "allow", "allows", "approved", "authorized"],
    ...["permitted", "activo", "activa", "actif", "acepta", "aceptado", "autoriza", "autorizado", "accepté"],
    ...["acceptée", "autorisé", "he agreed", "on", "ok", "okay", "sure", "yes ok"],
  ],
  nothing: [
    ...["", " ", "-", "–", "…", "_", "?", "¿", "−", "NA", "n/a", "null", "nil", "unknown", "unk"],
    ...["not applicable", "not asked", "no answer", "no response", "blank"],
    ...["desconocido", "sin respuesta", "inconnu", "sans réponse"],
  ],
  unclear: [
    ...["gate is blue", "maybe", "textile", "stop road", "active stop road", "yesterday", "opted", "call me"],
    ...["opted out of the easement", "☒", "👍", "🚫", "yes 🚫", "✓✗", "✗✓", "!"],
  ],
};
test.each(Object.entries(said))("cells that say: %s", (what, cells) => {
  for (const cell of cells) expect(readCell(cell), cell).toEqual({ said: what });
});

const days: [cell: string, date: string, said: Said][] = [
  ["3/12/2026", "2026-03-12", "yes"],
  ["12/3/2026", "2026-12-03", "yes"],
  ["25.12.26", "2026-12-25", "yes"],
  ["3-1-26", "2026-03-01", "yes"],
  [" 2026-03-01 ", "2026-03-01", "yes"],
  ["2026-03-01 10:15", "2026-03-01", "yes"],
  ["2026-03-01  10:15:30.25 PM", "2026-03-01", "yes"],
  ["2026-03-01T10:15:30Z", "2026-03-01", "yes"],
  ["2026-03-01 10:15:30.123 UTC", "2026-03-01", "yes"],
  ["3/1/2026 10:15pm", "2026-03-01", "yes"],
  ["3/1/2026 10:15 p.m.", "2026-03-01", "yes"],
  ["opted out 3/1/2026 10:15 AM", "2026-03-01", "refused"],
  ["since 2026-03-01", "2026-03-01", "yes"],
  ["by text on 2026-03-01", "2026-03-01", "yes"],
  ["desde el 1 de marzo de 2026", "2026-03-01", "yes"],
  ["depuis le 1 avril 2026", "2026-04-01", "yes"],
  ["declined since 2026-03-01", "2026-03-01", "ended"],
  ["declined as of 2026-03-01", "2026-03-01", "ended"],
  ["opted out since on 2026-03-01", "2026-03-01", "refused"],
  ["opted out 2026-03-01 texts", "2026-03-01", "refused"],
  ["opted 2026-03-01out", "2026-03-01", "refused"],
  [" 46082 ", "2026-03-01", "yes"],
  ["declined on texts 2026-03-01", "2026-03-01", "unclear"],
  ["2026-03-01 10:15UTC", "2026-03-01", "yes"],
  ["on hold 2026-03-01", "2026-03-01", "unclear"],
  ["36526", "2000-01-01", "yes"],
  ["36529.5", "2000-01-04", "yes"],
  ["36530.25", "2000-01-05", "yes"],
  ["36600", "2000-03-15", "yes"],
  ["36999", "2001-04-18", "yes"],
  ["37000", "2001-04-19", "yes"],
  ["39999", "2009-07-05", "yes"],
  ["46082", "2026-03-01", "yes"],
  ["69999", "2091-08-24", "yes"],
  ["72999", "2099-11-10", "yes"],
  ["73049", "2099-12-30", "yes"],
  ["73050", "2099-12-31", "yes"],
  ...["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].map(
    (name, at): [string, string, Said] => [
      `${name} 2, 2026`,
      `2026-${String(at + 1).padStart(2, "0")}-02`,
      "yes",
    ],
  ),
  ["2-ene-2026", "2026-01-02", "yes"],
  ["2 de abril de 2026", "2026-04-02", "yes"],
  ["2 de agosto de 2026", "2026-08-02", "yes"],
  ["2 de diciembre de 2026", "2026-12-02", "yes"],
  ["2 février 2026", "2026-02-02", "yes"],
  ["2-fev-26", "2026-02-02", "yes"],
  ["2 mai 2026", "2026-05-02", "yes"],
  ["2 juin 2026", "2026-06-02", "yes"],
  ["2 juillet 2026", "2026-07-02", "yes"],
  ["2 août 2026", "2026-08-02", "yes"],
  ["March 2nd 2026", "2026-03-02", "yes"],
  ["12/12/2026", "2026-12-12", "yes"],
  ["2000-01-01", "2000-01-01", "yes"],
  ["2099-12-31", "2099-12-31", "yes"],
];
test.each(days)("%j is of the day %s, and says: %s", (cell, date, what) => {
  expect(readCell(cell)).toEqual({ said: what, date });
});

test.each([
  "36525",
  "73051",
  "136526",
  "465270",
  "46082.x",
  "7300",
  "746",
  "2026-13-01",
  "2026-02-30",
  "2026-03-00",
  "2026-01-99",
  "1999-12-31",
  "2100-01-01",
  "13/13/2026",
  "3/1/202",
  "3/1/2",
  "3/x/26",
])("%j is no day", (cell) => expect(readCell(cell).date).toBeUndefined());

test.each([
  ...[
    "do not text",
    "Ana (don't text)",
    "no SMS",
    "not to be contacted? no text",
    "stop alerts",
    "without text",
  ],
  ...["opt out", "optout", "opted-out", "unsubscribe", "unsubscribed", "DNC", "DNT", "de baja", "désabonné"],
  ...[
    "désinscription",
    "désabonnement",
    "desuscrito",
    "no contactar",
    "no molestar",
    "no enviar mensajes",
    "ne pas contacter",
  ],
  ...["ne plus déranger", "pas de SMS", "pas de texto", "pas de textos", "pas de messages"],
  ...["notext", "notxt", "please remove", "off list", "off of the list", "off the phone list"],
  ...[
    "removed from our big phone list",
    "remove her from our big phone list",
    "take him off our big phone list",
    "took them out of our big phone list",
    "delete from our big phone list",
    "deleted from our big phone list",
  ],
])("%j mentions a No to texts", (cell) => {
  expect(mentionsRefusal(cell)).toBe(true);
  expect(mayBeWish(cell)).toBe(true);
});

test.each(["Ana Ruiz", "Context Lane", "Stop Road", "the text"])("%j mentions none", (cell) => {
  expect(mentionsRefusal(cell)).toBe(false);
});

test("what somebody wrote freely may be a wish in other words", () => {
  expect([mentionsRefusal("wrong number"), mayBeWish("wrong number"), mayBeWish("gate is blue")]).toEqual([
    false,
    true,
    false,
  ]);
});

test.each([
  ["SMSOptIn", "sms optin"],
  ["TCPAConsent", "tcpa consent"],
  ["OptedOut", "optout"],
  ["opts-in", "optin"],
  ["optedin", "optin"],
  ["smsok", "sms ok"],
  ["TXTAlerts", "txt alerts"],
  ["textconsent", "text consent"],
  ["textsalert", "texts alert"],
  ["notext", "no text"],
  ["nonsms", "non sms"],
  ["DoNotContact", "dont contact"],
  ["donottext", "dont text"],
  ["donot text", "dont text"],
  ["oktotext", "ok to text"],
  ["okaytosms", "ok to sms"],
  ["oktocall", "oktocall"],
  ["un-sub", "unsubscribed"],
  ["unsubscribe", "unsubscribed"],
  ["Text (Y/N)", "text"],
  ["Text yes or no", "text"],
  ["Text yes no", "text"],
  ["Do not", "dont"],
  ["Y/N", ""],
  ["Texty n", "texty n"],
  ["y n text", "y n text"],
])("the words of the name %j are %j", (header, words) => {
  expect(headerWords(header)).toBe(words);
});

const headers: Record<HeaderMeaning, string[]> = {
  "other channel": [
    "E-mail",
    "Mailing",
    "Newsletter",
    "Postal",
    "Fax",
    "WhatsApp",
    "Correo",
    "Web portal",
    "Mail",
    "Whatsapp",
    "Blueprint by mail",
  ],
  elsewhere: [
    ...["Paperless", "Auto-pay", "Autopayment", "Ebill", "Ebilling", "Bill", "Billing", "Vote", "Voting"],
    ...["Tax", "Taxable", "Meter", "Metering", "Backflow", "Irrigation", "Well", "Wells", "Leak", "Lien"],
    ...[
      "Vacancy",
      "Vacancies",
      "Pet",
      "Pets",
      "Dog",
      "Lock",
      "Locked",
      "Pay",
      "Payment",
      "Credit",
      "Credited",
    ],
    ...["Fee", "Charge", "Penalty", "Penalties", "Share", "Birth", "Birthday", "Shutoff", "Moved", "Leased"],
    ...["Inspection", "Order", "Ordered", "Invoice", "Invoiced", "Initial", "Senior", "Own", "Owner"],
    ...["Rent", "Rental", "Rented", "Tenant", "Occupied", "Board"],
  ],
  touches: [
    ...["Inactive", "DNC", "Closed", "Deceased", "Do not call", "Not opted in", "No texts or calls by text"],
    ...["Call or text consent", "Contact", "Calls", "Preferences", "Phone consent", "Texts declined", "📵"],
    ...["E-mail only", "Text or e-mail", "Txt or e-mail", "Texting or e-mail", "SMS or e-mail"],
    ...["Bulksms or e-mail", "Contacted by e-mail", "Disturb by e-mail", "Disturbed by e-mail"],
    ...["Prefer e-mail", "Prefers e-mail", "Email contact", "Not preferred name", "Preferred phone to text"],
  ],
  standing: ["Status", "Account status", "Member is active", "Estado", "Statut", "Activa", "Actif"],
  unknown: [
    "",
    "Y/N",
    "Source",
    "Contact name",
    "Column 7",
    "Emergency contact",
    "Notes",
    "Preferred name",
    "Preferred first name",
    "Member",
    "E-mail contact name",
  ],
  "opt-in": ["SMS alerts", "Consent to text", "Text", "Texts OK", "OK to text", "Wants alerts"],
  "opt-out": ["Do not disturb", "No contact", "No texts by us", "Opt-out status", "Declined texts"],
};
test.each(Object.entries(headers))("columns whose name means: %s", (meaning, names) => {
  for (const name of names) expect([name, readHeader(name)]).toEqual([name, meaning]);
});

// Whole lists: who is asked about, and who gets no texts.
const listOf = (header: string[], rows: string[][], answers: ListAnswer[] = []) =>
  readMembers(
    {
      header: ["Account", "Name", "Phone", "Zone", ...header],
      rows: rows.map((cells, at) => ({
        line: at + 2,
        lastLine: at + 2,
        cells: [String(1001 + at), `Member ${at}`, "206-555-0142", "North", ...cells],
      })),
    },
    createAnswers(answers),
  );
const noes = (header: string[], ...cells: string[]) => {
  const [row] = listOf(header, [cells]).rows;
  return [row?.saysNoTexts, row?.noSince];
};

test("of two Noes the later counts, and one without a day is of now", () => {
  const both = ["Opted out", "Opt-out date"];
  expect(noes(both, "2026-03-01", "2026-04-01")).toEqual([true, "2026-04-01"]);
  expect(noes(both, "2026-04-01", "2026-03-01")).toEqual([true, "2026-04-01"]);
  expect(noes(both, "2026-04-01", "yes")).toEqual([true, undefined]);
  expect(noes(both, "yes", "2026-04-01")).toEqual([true, undefined]);
  expect(noes(both, "", "2026-04-01")).toEqual([true, "2026-04-01"]);
  expect(noes(both, "", "")).toEqual([false, undefined]);
});

test.each<[header: string, cells: string[], asked: string[]]>([
  ["Opt-in", ["agreed", "opted in", "active", "n/a", "yes"], []],
  ["Opted out", ["no", "opted in", "n/a"], []],
  ["Status", ["yes", "opted in", "active", "n/a"], []],
  ["Autopay", ["do not text", "no", "x"], ["do not text"]],
  [
    "Email",
    ["no texts", "no SMS", "no txt", "no mensajes", "do not contact", "send no tt", "sms"],
    ["no texts", "no SMS", "no txt", "no mensajes"],
  ],
  ["Cell", ["Y", "N", "n/a", ""], ["Y", "N"]],
  ["Flag", ["Y", "maybe", "N"], []],
  ["Flag", ["n/a", ""], []],
  ["Flag", ["1", "0"], []],
  ["Flag", ["1", "x"], ["1", "x"]],
  ["Flag", ["No", "2026-03-01"], ["No"]],
  ["Flag", ["q", "stopped"], ["stopped"]],
  ["Source", ["declined", "web"], ["declined"]],
  ["Source", ["no  ".repeat(20), "web"], []],
  ["Notes", ["declined", "gate"], ["declined"]],
  ["Notes", [`${"has ".repeat(13)}declined`, "gate"], [`${"has ".repeat(13)}declined`]],
  ["Notes", [`${"has ".repeat(14)}declined`, "gate"], []],
  ["Source", ["Y?", "N", "-"], ["Y?", "N"]],
  ["Flag", ["Y", `${"has ".repeat(13)}declined`], ["Y", `${"has ".repeat(13)}declined`]],
  ["Flag", ["Y", `${"has ".repeat(14)}declined`], []],
  ["Opt-in", ["member"], ["member"]],
  ["Texts ended", ["declined 3/1/2026", "declined 4/1/2026"], ["declined 3/1/2026", "declined 4/1/2026"]],
  ["Texts ended", ["3/1/2026", "4/1/2026"], ["a date"]],
  ["Column 7", ["*", "✓", "-", '"', "$", "pending"], ["*", "✓"]],
  [
    "Notes",
    ["no texts 2", "5 no texts", "5-no-texts", "🚫5", "12-34"],
    ["no texts 2", "5 no texts", "5-no-texts", "🚫5"],
  ],
  ["Autopay", ["📵", "yes"], ["📵"]],
])("column %j with %j: asked about %j", (header, cells, asked) => {
  const { questions } = listOf(
    [header],
    cells.map((cell) => [cell]),
  );
  expect(questions.flatMap(({ values }) => values.map(({ value }) => value))).toEqual(
    asked.map((value) => value.trim()),
  );
});

test("words of a status that are not a No are taken, and others are asked about", () => {
  const fine = [
    ...[
      "own",
      "owner",
      "Owners",
      "rent",
      "renter",
      "rental",
      "tenant",
      "residential",
      "commercial",
      "regular",
    ],
    ...["member", "members", "active member", "active members", "good standing", "in good standing", "new"],
    ...["existing", "full", "normal", "connected", "standard", "primary"],
  ];
  for (const cell of fine) expect([cell, listOf(["Status"], [[cell]]).questions]).toEqual([cell, []]);
  const others = ["reopen", "opened", "email", "call", "not current", "owner of much", "an owner"];
  for (const cell of others) expect([cell, listOf(["Status"], [[cell]]).questions.length]).toEqual([cell, 1]);
});

test("what is asked says of which column, on which line first, and how often; the most frequent first", () => {
  const { questions } = listOf(
    ["Status", ""],
    [
      ["active", ""],
      ["b", "N"],
      ["A", ""],
      ["a", ""],
    ],
  );
  expect(questions).toEqual([
    {
      about: "consent",
      column: "Status",
      values: [
        { value: "A", rows: 2, line: 4 },
        { value: "b", rows: 1, line: 3 },
      ],
    },
    { about: "consent", column: "column 6", values: [{ value: "N", rows: 1, line: 3 }] },
  ]);
});

test("words that may be a No in a phone's cell are asked about, a number is not", () => {
  const asked = (phone: string) => {
    const table = {
      header: ["Account", "Name", "Phone", "Zone"],
      rows: [
        { line: 2, lastLine: 2, cells: ["1", "Ana", phone, "North"] },
        { line: 3, lastLine: 3, cells: ["2", "Ben", "206-555-0142", "North"] },
      ],
    };
    return readMembers(table).questions.length;
  };
  for (const phone of ["no", "declined", "cancelled", "no texts", "stopped"])
    expect([phone, asked(phone)]).toEqual([phone, 1]);
  for (const phone of ["206-555-0143", "", "none", "-"]) expect([phone, asked(phone)]).toEqual([phone, 0]);
});

test.each<[cells: string[], holds: boolean]>([
  [["Y", "N"], true],
  [["", "Y"], true],
  [["Y", "Ana"], true],
  [["declined"], true],
  [[], false],
  [["", ""], false],
  [["n/a"], false],
  [["Ana"], false],
  [["Y", "206-555-0142"], true],
  [["Y", "206-555-0142", "206-555-0143"], false],
  [["Y", "555-0142", "555-0143"], false],
  [["Y", "555-014"], true],
  [["Y", "2026-03-01 10:15"], true],
])("that %j holds Yes and No is %s", (cells, holds) => expect(holdsYesAndNo(cells)).toBe(holds));

const answer = (meaning: ListAnswer["meaning"], column: string, value: string | null = null): ListAnswer => ({
  meaning,
  column,
  value,
  answeredAt: null,
});

test("columns and values are compared however they are written", () => {
  expect(columnKey(" STATUS ")).toBe("status");
  // Where nothing is left of a name it is compared as it is.
  expect(columnKey(" Y/N ")).toBe("y/n");
  expect(valueKey("  Un  Subscribed ")).toBe("un subscribed");
});

test.each([
  ["column 6", true],
  [" Column 12 ", true],
  ["Status (column 6)", true],
  ["column 6 of old", false],
  ["Status column 6", false],
  ["column six", false],
])("that the name %j is a place in the file is %s", (name, isPlace) => expect(isByPlace(name)).toBe(isPlace));

test.each([
  [
    ["Yes", "No", "206-555-0199"],
    ["Yes", "No"],
  ],
  [
    ["Y", "N", "206-555-0199"],
    ["Y", "N"],
  ],
  [
    ["1", "0", "206-555-0199"],
    ["1", "0"],
  ],
])("where the only column of phones holds Yes and No %j, these are asked about", (cells, asked) => {
  const rows = cells.map((phone, at) => ({
    line: at + 2,
    lastLine: at + 2,
    cells: [`${1001 + at}`, "Ana", "North", phone],
  }));
  const { questions } = readMembers({ header: ["Account", "Name", "Zone", "Cell"], rows });
  expect(questions.map(({ values }) => values.map(({ value }) => value))).toEqual([asked]);
});

test("answers are found by column and value, and a column is ignored only where somebody said so", () => {
  const all = [
    answer("no texts", "Status", "closed"),
    answer("texts", "Status", "active"),
    answer("ignore", "Source"),
    answer("texts", "Group", "ignore"),
    answer("texts", "Whole"),
    answer("ignore", "Whole", "x"),
  ];
  const answers = createAnswers(all);
  expect(answers.find("status", "closed")).toBe(all[0]);
  expect(answers.find("status", "active")).toBe(all[1]);
  expect(answers.find("status", "ignore")).toBeUndefined();
  expect(answers.find("source", "x")).toBeUndefined();
  expect(answers.find("elsewhere", "x")).toBeUndefined();
  expect(["status", "source", "group", "whole", "elsewhere"].map((key) => answers.isIgnored(key))).toEqual([
    undefined,
    all[2],
    undefined,
    undefined,
    undefined,
  ]);
  expect(["status", "source", "group", "elsewhere"].map(answers.saysNoSomewhere)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([answers.has("status"), answers.has("elsewhere")]).toEqual([true, false]);
  const later = answer("texts", "STATUS", "Closed ");
  expect(createAnswers([...all, later]).find("status", "closed")).toBe(later);
});

test("an answer that no column of the file has is handed back, one to ignore a column too", () => {
  const given = [
    { meaning: "ignore" as const, text: "status" },
    { meaning: "ignore" as const, text: "Source=x" },
    { meaning: "texts" as const, text: "Status" },
    { meaning: "no texts" as const, text: "Nowhere=x" },
  ];
  expect(resolveAnswers(given, ["Account", "Status"])).toEqual({
    answers: [answer("ignore", "Status")],
    unmet: given.slice(1),
  });
});

test("a column that somebody has answered about counts as one about texts, and each answer is told once", () => {
  const no = answer("no texts", "Status", "closed");
  const { rows, answers } = listOf(["Status"], [["closed"], ["CLOSED"], ["active"], []], [no]);
  expect(rows.map(({ saysNoTexts }) => saysNoTexts)).toEqual([true, true, false, false]);
  expect(answers).toEqual([no]);
  const ignored = listOf(["Status"], [["closed"]], [answer("ignore", "Status")]);
  expect(ignored.answers).toEqual([answer("ignore", "Status")]);
  expect(ignored.unusedColumns).toEqual(["Status"]);
  const name = listOf([], [[]], [answer("ignore", "Name")]);
  expect(name.unusedColumns).toEqual([]);
  // An empty cell says nothing, whatever somebody has said of it.
  const empty = listOf(["Status"], [[""], []], [answer("no texts", "Status", "")]);
  expect(empty.rows.map(({ saysNoTexts }) => saysNoTexts)).toEqual([false, false]);
  expect(listOf(["Status"], [["active"], []]).questions).toEqual([]);
  const dated = listOf(
    ["Status"],
    [["closed 2026-03-01"]],
    [answer("no texts", "Status", "closed 2026-03-01")],
  );
  expect(dated.rows[0]?.noSince).toBe("2026-03-01");
});
