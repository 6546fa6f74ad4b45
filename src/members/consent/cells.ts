// What one cell says, before anybody looks at its column: yes, no, a date, nothing. English, Spanish and French.
import { readWish } from "../../opt-outs/wishes.ts";

/**
 * - `yes`, `no`: to whatever the column asks
 * - `refused`, `agreed`: a plain statement, such as "opted out", whatever the column asks
 * - `ended`, `begun`: such as "declined" or "active", which depends on what the column is about
 * - `nothing`: empty, or it says that nothing is known
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
    .replace(/[✓✔☑🗹√✅]/gu, " yes ")
    .replace(/[✗✘❌☒]/gu, " no ")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

const oneOf = (words: string) =>
  new Set(
    words
      .split(/[,\n]/)
      .map((word) => word.trim())
      .filter(Boolean),
  );

const YES = oneOf(`yes, y, yep, yeah, true, t, 1, 1 0, x, on, ok, okay, sure, checked, yes please, yes ok, ja
  si, si gracias, verdadero, cierto, oui, oui merci, vrai`);
const NO = oneOf(`no, n, nope, nay, false, f, 0, 0 0, off, unchecked, no thanks, no thank you, nein
  no gracias, falso, non, non merci, faux`);
const NOTHING =
  oneOf(`na, n a, null, nil, unknown, unk, not applicable, not asked, no answer, no response, blank
  desconocido, sin respuesta, inconnu, sans reponse`);

const TEXTS =
  "(text|texts|texting|texted|txt|txts|sms|message|messages|messaging|msg|msgs|alert|alerts|notification|notifications|contact|contacted|mensaje|mensajes|texto|textos|alertas|avisos|alertes)";
const TAIL = `( (from|to|of|all|the|our|any|more|please|thanks|thank you|de|a|par|por|${TEXTS}))*`;
const WHO = "((has|have|is|was|been|member|customer|client|owner|they|he|she|yes|no) )*";
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
  "declined?",
  "declines",
  "refused?",
  "refuses",
  "denied",
  "rejected",
  "revoked?",
  "withdrawn",
  "withdrew",
  "cancel(l?ed)?",
  "quit",
  "ended",
  "blocked",
  "disabled",
  "deactivated",
  "inactive",
  "inactiv[oa]",
  "inactif",
  "not (allowed|ok|okay|permitted|authorized|active)",
  "rechazad[oa]",
  "rechaza",
  "cancelad[oa]",
  "refuse",
  "refus",
  "annulee?",
);
const BEGUN = statement(
  "active",
  "current",
  "open",
  "enabled",
  "consent(s|ed)?",
  "agree[ds]?",
  "granted",
  "given",
  "signed",
  "accept(s|ed)?",
  "allow(s|ed)?",
  "approved",
  "authorized",
  "permitted",
  "activ[oa]",
  "actif",
  "acepta(do)?",
  "autoriza(do)?",
  "acceptee?",
  "autorisee?",
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
const TIME = /[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]\.?m\.?)?(Z| ?UTC)?/i;
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

/** A date in the cell, as 2026-03-01, and the words around it. Month first, as in the US, unless it can't be. */
function takeDate(cell: string): { date: string; rest: string } | undefined {
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
    const month = Number(m ?? (a === undefined ? MONTH_OF[name.toLowerCase()] : one > 12 ? other : one));
    const day = Number(d ?? (one > 12 ? one : other));
    const year = y.length === 2 ? 2000 + Number(y) : Number(y);
    const date = new Date(Date.UTC(year, month - 1, day));
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) continue;
    const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length).replace(TIME, " ")}`;
    return { date: date.toISOString().slice(0, 10), rest };
  }
  return undefined;
}

const AROUND_A_DATE = /^((on|since|as of|from|date|el|desde|le|depuis|by text|by phone) ?)*$/;

/** What programs write where no date was given: the first days of their calendars. */
const FIRST_DAY = "2000-01-01";

/** Neither a letter nor a digit: a dash says nothing, and what another mark says nobody knows. */
const SAYS_NOTHING = /^[\s\p{Pd}?./\\_]*$/u;

export function readCell(cell: string): CellMeaning {
  const dated = takeDate(cell.trim());
  if (dated) {
    if (dated.date < FIRST_DAY) return { said: "unclear" };
    const words = plainWords(dated.rest).replace(/( (on|since|as of|el|desde|le|depuis))+$/, "");
    // A date alone says whatever its column says.
    if (AROUND_A_DATE.test(words)) return { said: "yes", date: dated.date };
    return { said: readWords(words), date: dated.date };
  }
  const words = plainWords(cell);
  return { said: words === "" && !SAYS_NOTHING.test(cell) ? "unclear" : readWords(words) };
}

function readWords(words: string): Said {
  if (words === "" || NOTHING.has(words)) return "nothing";
  if (YES.has(words)) return "yes";
  if (NO.has(words)) return "no";
  if (REFUSED.test(words)) return "refused";
  if (AGREED.test(words)) return "agreed";
  if (ENDED.test(words)) return "ended";
  if (BEGUN.test(words)) return "begun";
  return "unclear";
}

const REFUSES_TEXTS = [
  /\b(do not|dont|never|no|not|not to|stop|without) ?(be |to be |by )?(text|texts|texted|texting|txt|sms|contact|contacted|message|messages|messaged|msg|alerts)\b/,
  /\b(texts?|texting|txt|sms|messages|alerts) (no|n|off|stop|stopped|none|never)\b/,
  /\b(removed?|taken|take|off) (me |them |him |her )?(off|from|of)? ?(the |our |this |your )?(text |texting |sms |contact |call |alert )?list\b/,
  /\b(asked|wants?|wishes|requested) to be (removed|taken off|left alone)\b/,
  /\b(do not|dont|never) use\b/,
  /\bd n [tc]\b/,
  /\b(optd out|opt(ed|ing|s)? ?out|unsubscribed?|dnc|dnt|de baja|desabonn\w*|desinscri\w*|desuscri\w*)\b/,
  /\bno (contactar|molestar|mensajes|sms|enviar (mensajes|sms|textos))\b/,
  /\b(ne (pas|plus) (contacter|envoyer|deranger|texter)|pas de (sms|textos?|messages))\b/,
];

/** "Ana Ruiz (NT)" */
const ABBREVIATED = /\((n\.?t|d\.?n\.?[tc])\.?\)/i;

/** Words within any cell, a name's too, that may be a No to texts: "Ana Ruiz (DO NOT TEXT)". */
export const mentionsRefusal = (cell: string): boolean => {
  const words = plainWords(cell);
  return REFUSES_TEXTS.some((pattern) => pattern.test(words)) || ABBREVIATED.test(cell);
};

/** The same of what somebody wrote freely, such as a note. */
export const mayBeWish = (cell: string): boolean => mentionsRefusal(cell) || readWish(cell) !== "nothing";
