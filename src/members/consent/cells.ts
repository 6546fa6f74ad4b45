// What one cell says, before anybody looks at its column: yes, no, a date, nothing. English, Spanish and French.
import { readWish } from "../../opt-outs/wishes.ts";

/**
 * - `yes`, `no`: to whatever the column asks
 * - `refused`, `agreed`: a plain statement, such as "opted out", whatever the column asks
 * - `ended`, `begun`: such as "declined" or "active", which depends on what the column is about
 * - `nothing`: empty, a dash, or it says that nothing is known
 */
export type Said = "yes" | "no" | "refused" | "agreed" | "ended" | "begun" | "nothing" | "unclear";
export type CellMeaning = { said: Said; date?: string | undefined };

/** The same letter however it is written, and nothing but letters and digits: "No, gracias." is "no gracias". */
export const plainWords = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/['’‘`´]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

const oneOf = (words: string) => new Set(words.split(/[,\n]/).map((word) => word.trim()));

const YES = oneOf(`yes, y, yep, yeah, true, t, 1, 1 0, x, checked, yes please, ja
  si, si gracias, verdadero, cierto, oui, oui merci, vrai`);
const NO = oneOf("no, n, nope, nay, false, f, 0, 0 0, unchecked, nein, falso, non, faux");
const NOTHING =
  oneOf(`na, n a, null, nil, unknown, unk, not applicable, not asked, no answer, no response, blank
  desconocido, sin respuesta, inconnu, sans reponse`);

const TEXTS =
  "(text|texts|texting|texted|txt|txts|sms|message|messages|messaging|msg|msgs|alert|alerts|notification|notifications|contact|contacted|mensaje|mensajes|texto|textos|alertas|avisos|alertes)";
const TAIL = `( (from|to|of|all|the|our|any|more|please|thanks|thank you|de|a|par|por|${TEXTS}))*`;
const WHO = "((has|have|is|was|been|member|customer|client|owner|they|he|she) )*";
const statement = (...said: string[]) => new RegExp(`^${WHO}(${said.join("|")})${TAIL}$`);

const REFUSED = statement(
  "opt(ed|s|ing)? ?out",
  "un ?sub(scribed?|bed)?",
  `(do not|dont|never|not to|not to be|no) ${TEXTS}`,
  `(do not|dont) (want|wants|send|disturb|receive)`,
  `does(nt| not) (want|wish)`,
  `no (quiere|acepta|autoriza|desea|contactar|enviar|molestar|mandar)`,
  "not (opted in|subscribed|consented|consenting|interested)",
  "stop(ped|all)?",
  "removed?",
  "remove me",
  "(dado|dada) de baja",
  "baja",
  "desuscrit[oa]",
  "desabonnee?s?",
  "desinscrite?s?",
  "ne (pas|plus) (contacter|envoyer|deranger|texter)",
  "pas de (sms|messages?|textos?|alertes?)",
);
const AGREED = statement("opt(ed|s|ing)? ?in", "subscribed", "suscrit[oa]", "abonnee?", "inscrite?");
const ENDED = statement(
  ..."declined? declines refused? refuses denied rejected revoked? withdrawn withdrew cancel(l?ed)? quit ended".split(
    " ",
  ),
  ..."never off blocked disabled deactivated inactive inactiv[oa] inactif rechazad[oa] rechaza".split(" "),
  ..."cancelad[oa] refuse refus annulee?".split(" "),
  "no (thanks|thank you|gracias)",
  "non merci",
  "not (allowed|ok|okay|permitted|authorized|active)",
);
/** "OK" in a column of those who want no texts may be about the texts. */
const BEGUN = statement(
  ..."active current open enabled on ok okay sure consent(s|ed)? agree[ds]? granted given signed".split(" "),
  ..."accept(s|ed)? allow(s|ed)? approved authorized permitted activ[oa] actif acepta(do)?".split(" "),
  ..."autoriza(do)? acceptee? autorisee?".split(" "),
  "yes ok",
);

const MONTHS =
  "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|fevr|avr|mai|juin|juil|aout";
const DATES = [
  /\b(?<y>\d{4})[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})(?!\d)/,
  /\b(?<a>\d{1,2})[-/.](?<b>\d{1,2})[-/.](?<y>\d{4}|\d{2})(?!\d)/,
  new RegExp(`\\b(?<name>${MONTHS})[a-z]*\\.? (?<d>\\d{1,2})(st|nd|rd|th)?,? (?<y>\\d{4})\\b`, "i"),
  new RegExp(
    `\\b(?<d>\\d{1,2})(?:[ -]| de )(?<name>${MONTHS})[a-zé]*\\.?(?:[ -]| de )(?<y>\\d{4}|\\d{2})\\b`,
    "i",
  ),
];
const TIME = /[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]\.?m\.?)?(Z| ?UTC)?/i;
const MONTH_OF: Record<string, number> = {
  jan: 1,
  ene: 1,
  feb: 2,
  fev: 2,
  fevr: 2,
  mar: 3,
  apr: 4,
  abr: 4,
  avr: 4,
  may: 5,
  mai: 5,
  jun: 6,
  juin: 6,
  jul: 7,
  juil: 7,
  aug: 8,
  ago: 8,
  aout: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
  dic: 12,
};
/** How Excel counts days where a date's format was lost: 2000 to 2099. */
const SERIAL =
  /^(3652[6-9]|365[3-9]\d|36[6-9]\d\d|3[7-9]\d{3}|[4-6]\d{4}|7[0-2]\d{3}|730[0-4]\d|73050)(\.\d+)?$/;

/** Earlier or later it is what a program writes for no day at all: 12/30/1899, 1/1/1970, 12/31/9999. */
const isDay = (year: number) => year >= 2000 && year < 2100;

/** A date in the cell, as 2026-03-01, and the words around it. What is first of day and month depends on the country. */
function takeDate(cell: string, isMonthFirst: boolean): { date: string; rest: string } | undefined {
  if (SERIAL.test(cell)) {
    const day = new Date(Date.UTC(1899, 11, 30) + Math.floor(Number(cell)) * 86_400_000);
    return { date: day.toISOString().slice(0, 10), rest: "" };
  }
  const text = cell.normalize("NFKD").replace(/\p{M}/gu, "");
  for (const pattern of DATES) {
    const found = pattern.exec(text);
    if (!found?.groups) continue;
    const { y = "", m, d, a, b, name = "" } = found.groups;
    const [one, other] = [Number(a), Number(b)];
    const isDayFirst = one > 12 || (!isMonthFirst && other <= 12);
    const month = Number(m ?? (a === undefined ? MONTH_OF[name.toLowerCase()] : isDayFirst ? other : one));
    const day = Number(d ?? (isDayFirst ? one : other));
    const year = y.length === 2 ? Number(y) + (Number(y) < 70 ? 2000 : 1900) : Number(y);
    const date = new Date(Date.UTC(year, month - 1, day));
    if (!isDay(year) || date.getUTCMonth() !== month - 1) continue;
    const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length).replace(TIME, " ")}`;
    return { date: date.toISOString().slice(0, 10), rest };
  }
  return undefined;
}

const AROUND_A_DATE = /^((on|since|as of|from|date|el|desde|le|depuis|by text|by phone) ?)*$/;

/** In a name, or beside words. */
export const REFUSING_MARK = /[🚫⛔🛑📵🔕❌❎✗✘☒]/u;
/** Boxes and thumbs say one thing to one person, and another to the next: those are asked about. */
const CHECK = /^[✓✔☑✅🗹√]+$/u;
const CROSS = /^[✗✘❌]+$/u;
const EMPTY = /^[\p{Pd}\s.…_?¿−]*$/u;

/** @param isMonthFirst as the co-op's country writes dates, such as 3/1/2026 */
export function readCell(cell: string, isMonthFirst = true): CellMeaning {
  if (!/[\p{L}\p{N}]/u.test(cell)) return { said: readMark(cell.replace(/\s|\ufe0e|\ufe0f/g, "")) };
  if (REFUSING_MARK.test(cell)) return { said: "unclear" };
  const dated = takeDate(cell.trim(), isMonthFirst);
  if (dated) {
    const words = plainWords(dated.rest).replace(/( (on|since|as of|el|desde|le|depuis))+$/, "");
    // A date alone says whatever its column says.
    if (AROUND_A_DATE.test(words)) return { said: "yes", date: dated.date };
    return { said: readWords(words), date: dated.date };
  }
  return { said: readWords(plainWords(cell)) };
}

function readMark(mark: string): Said {
  if (EMPTY.test(mark)) return "nothing";
  if (CHECK.test(mark)) return "yes";
  return CROSS.test(mark) ? "ended" : "unclear";
}

function readWords(words: string): Said {
  if (NOTHING.has(words)) return "nothing";
  if (YES.has(words)) return "yes";
  if (NO.has(words)) return "no";
  if (REFUSED.test(words)) return "refused";
  if (AGREED.test(words)) return "agreed";
  if (ENDED.test(words)) return "ended";
  if (BEGUN.test(words)) return "begun";
  return "unclear";
}

const NOT =
  "(no|not|dont|doesnt|didnt|never|nor|wont|cant|cannot|stop|stopped|without|quit|off|un ?enrol\\w*|refus\\w*|declin\\w*|revok\\w*|withdr\\w*|block\\w*|against|hates?|dislikes?)";
const A_TEXT = "(te?xt(s|ed|ing)?|te?xt ?messag\\w*|txt\\w*|sms)";
const REFUSES_TEXTS = [
  new RegExp(`\\b${NOT}( \\w+){0,3} ${A_TEXT}\\b`),
  new RegExp(`\\b${NOT} (be |to be |by |send |get |receive |wants? )?(contact|messages?|msgs?|alerts)\\b`),
  new RegExp(`\\b${A_TEXT}( \\w+)?( me| us)? (n|off|out|ended|${NOT})\\b`),
  /\b(no|non|dont|do not|stop)(te?xts?|sms)\b/,
  /\b(opt\w{0,3} ?out|unsub\w*|dn[ct]|d n [ct]|de baja|desabonn\w*|desinscri\w*|desuscri\w*)\b/,
  /\b(remov\w*|taken?|took|delet\w*) (\w+ ){0,3}(off|from|out)\b.* list|\b(off|from) (the |our |this |of )*(\w+ )?list\b/,
  /\b(be|please|pls|me|asked) (removed?|taken off|left alone)\b|\b(do not|dont|never) use\b/,
  /\bno (contactar|molestar|mensajes|sms|enviar (mensajes|sms|textos))\b/,
  /\b(ne (pas|plus) (contacter|envoyer|deranger|texter)|pas de (sms|textos?|messages))\b/,
];
/** As people abbreviate "no texts", and only in capitals. */
const ABBREVIATED = /(^|[^\p{L}\p{N}])N\/?T($|[^\p{L}\p{N}])/u;

/** Words within any cell, a name's too, that may be a No to texts: "Ana Ruiz (DO NOT TEXT)". */
export const mentionsRefusal = (cell: string, words = plainWords(cell)): boolean =>
  ABBREVIATED.test(cell) || REFUSING_MARK.test(cell) || REFUSES_TEXTS.some((pattern) => pattern.test(words));

const ANOTHER_WAY = "(calls?|calling|phone|voice|landline|e ?mails?|mail|letters?)";
const ANOTHER_WAY_ONLY = new RegExp(
  `\\b${ANOTHER_WAY} only\\b|\\b(only|prefers?) (by |a |to be )*(called|${ANOTHER_WAY.slice(1)}\\b`,
);

/** The same of what somebody wrote freely, such as a note. */
export const mayBeWish = (cell: string): boolean => {
  const words = plainWords(cell);
  return mentionsRefusal(cell, words) || ANOTHER_WAY_ONLY.test(words) || readWish(cell) !== "nothing";
};
