// Who wants no texts, by all columns of a list. What may be a No and isn't understood is asked, and counts as neither.
import { type Answers, columnKey, type ListAnswer, valueKey } from "./answers.ts";
import { mayBeWish, mentionsRefusal, plainWords, readCell, type Said } from "./cells.ts";
import { type HeaderMeaning, readHeader } from "./headers.ts";

/** Of one column: what in it may be a No to texts. */
export type ConsentQuestion = {
  about: "consent";
  /** As the file names it. */
  column: string;
  /** The most frequent first; `line` is the first that says it. */
  values: { value: string; rows: number; line: number }[];
};

type Consent = { saysNoTexts: boolean | undefined; noSince?: string | undefined };

export type ConsentReading = {
  /** In the order of the rows. */
  rows: Consent[];
  questions: ConsentQuestion[];
  /** As the file names them. */
  unusedColumns: string[];
  /** Those that counted here. */
  answers: ListAnswer[];
};

type Field = "account" | "name" | "phone" | "zone" | "language";
type Role = HeaderMeaning | Field;
type Judged = { is: "no" | "fine" | "ask"; since?: string | undefined };
type Column = { at: number; name: string; key: string; role: Role; cells: string[] };
type Row = { line: number; cells: readonly string[] };

const FINE: Judged = { is: "fine" };
const ASK: Judged = { is: "ask" };

/** How people read a column that has no name. */
export const columnName = (header: string, at: number): string => header || `column ${at + 1}`;

/**
 * @param header tidied, and as many as the widest row has cells
 * @param fields by the column's place, what else it is read for
 */
export function readConsent(
  header: readonly string[],
  rows: readonly Row[],
  fields: ReadonlyMap<number, Field>,
  answers: Answers,
): ConsentReading {
  const reading: ConsentReading = { rows: [], questions: [], unusedColumns: [], answers: [] };
  let isToldOfTexts = false;
  const noes = rows.map((): Judged | undefined => undefined);
  for (const [at, title] of header.entries()) {
    const name = columnName(title, at);
    const cells = rows.map((row) => row.cells[at] ?? "");
    const role = fields.get(at) ?? readHeader(title);
    const column = { at, name, key: columnKey(name), role, cells };
    const isIgnored = answers.isIgnored(column.key);
    if (isIgnored) {
      reading.answers.push(isIgnored);
      if (!fields.has(at)) reading.unusedColumns.push(name);
      continue;
    }
    const judge = answeredBefore(column, answers, reading.answers, judgeOf(column));
    const asked = new Map<string, { value: string; rows: number; line: number }>();
    for (const [index, cell] of cells.entries()) {
      const judged = judge(cell);
      if (judged.is === "no") noes[index] = earlier(noes[index], judged);
      if (judged.is !== "ask") continue;
      const key = valueKey(cell);
      const before = asked.get(key);
      if (before) before.rows++;
      else asked.set(key, { value: cell, rows: 1, line: rows[index]?.line ?? 0 });
    }
    const isConsent = role === "opt-in" || role === "opt-out" || answers.saysNoSomewhere(column.key);
    isToldOfTexts ||= isConsent;
    if (asked.size > 0) {
      const values = [...asked.values()].toSorted((a, b) => b.rows - a.rows);
      reading.questions.push({ about: "consent", column: name, values });
    } else if (!isConsent && !fields.has(at)) reading.unusedColumns.push(name);
  }
  reading.rows = noes.map((no) =>
    no ? { saysNoTexts: true, noSince: no.since } : { saysNoTexts: isToldOfTexts ? false : undefined },
  );
  return reading;
}

/** A No without a date is of now. */
function earlier(one: Judged | undefined, other: Judged): Judged {
  if (!one) return other;
  return one.since !== undefined && other.since !== undefined && one.since < other.since ? other : one;
}

/** What people have answered goes before what is understood. Each cell's meaning is found once. */
function answeredBefore(
  { key }: Column,
  answers: Answers,
  counted: ListAnswer[],
  judge: (cell: string) => Judged,
): (cell: string) => Judged {
  const known = new Map<string, Judged>();
  const hasAnswers = answers.has(key);
  const find = (cell: string): Judged => {
    const answer = hasAnswers ? answers.find(key, valueKey(cell)) : undefined;
    if (!answer) return judge(cell);
    if (!counted.includes(answer)) counted.push(answer);
    return answer.meaning === "no texts" ? { is: "no", since: readCell(cell).date } : FINE;
  };
  return (cell) => {
    if (cell === "") return FINE;
    const before = known.get(cell);
    if (before) return before;
    const judged = find(cell);
    known.set(cell, judged);
    return judged;
  };
}

const NO: readonly Said[] = ["no", "refused", "ended"];
const ENDED: readonly Said[] = ["refused", "ended"];
const FINE_IN: Record<"opt-in" | "opt-out" | "maybe in" | "maybe out" | "doubtful", readonly Said[]> = {
  "opt-in": ["yes", "agreed", "begun", "nothing"],
  "opt-out": ["no", "agreed", "nothing"],
  "maybe in": ["yes", "agreed", "begun", "nothing"],
  "maybe out": ["no", "agreed", "nothing"],
  doubtful: ["nothing"],
};

function judgeOf(column: Column): (cell: string) => Judged {
  const { role } = column;
  switch (role) {
    case "opt-in":
      return (cell) => {
        const { said, date } = readCell(cell);
        if (NO.includes(said)) return { is: "no", since: date };
        return FINE_IN[role].includes(said) ? FINE : ASK;
      };
    case "opt-out":
      return (cell) => {
        const { said, date } = readCell(cell);
        if (said === "yes" || said === "refused") return { is: "no", since: date };
        return FINE_IN[role].includes(said) ? FINE : ASK;
      };
    case "maybe in":
    case "maybe out":
    case "doubtful":
      return judgeMaybe(column, role);
    case "notes":
      return isYesAndNo(column) ? askUnlessEmpty : (cell) => (mayBeWish(cell) || isNo(cell) ? ASK : FINE);
    case "unknown":
      return isYesAndNo(column) ? askUnlessEmpty : (cell) => (mayRefuse(cell) || isNo(cell) ? ASK : FINE);
    case "elsewhere":
      return (cell) => (mayRefuse(cell) ? ASK : FINE);
    case "other channel":
      return (cell) => (mayRefuse(cell) && /t[e]?xt|sms|mensaj/i.test(cell) ? ASK : FINE);
    case "phone":
      return (cell) => (mayRefuse(cell) || (!/\d{3}/.test(cell) && isNo(cell)) ? ASK : FINE);
    case "zone":
      return (cell) => (mayRefuse(cell) || isNo(cell) ? ASK : FINE);
    default:
      return (cell) => (mayRefuse(cell) ? ASK : FINE);
  }
}

/** Lists are long, and cells that mention none of this are most of them. */
const WORTH_READING =
  /t[e]?xt|sms|off\b|remov|not use|\(n\.?t|d\.? ?n\.? ?[tc]\b|contact|mess?ag|msg|alert|opt|unsub|dnc|dnt|mensaj|molest|envi|envoy|dérang|baja|bonn|scri/i;
const mayRefuse = (cell: string) => WORTH_READING.test(cell) && mentionsRefusal(cell);
const LONGEST_WORD_OF_NO = 60;
const isNo = (cell: string) =>
  cell.length <= LONGEST_WORD_OF_NO && /\p{L}{2}/u.test(cell) && ENDED.includes(readCell(cell).said);
const askUnlessEmpty = (cell: string): Judged => (readCell(cell).said === "nothing" ? FINE : ASK);

/** Words of a status, or of how somebody wants to hear, that are no No to texts. */
const NO_MATTER =
  /^(current|open|own(er|ers)?|rent(er|ers|al)?|tenant|residential|commercial|regular|members?|(in )?good standing|new|existing|full|normal|connected|paid|standard|primary|both|all|any|either|(text|texts|sms|cell|mobile|texting|text message|text messages)( (and|or) .*| (phone|call|calls|e ?mail|email))?|(e ?mail|call|phone|voice) (and|or) (text|sms)|texto|mensaje|mensajes|ambos|todos)$/;

/** More different words than this in a third of the rows are names, or notes, and no choice of answers. */
const MOST_ANSWERS = 12;

function judgeMaybe(
  { cells }: Column,
  role: "maybe in" | "maybe out" | "doubtful",
): (cell: string) => Judged {
  const isFine = (cell: string) =>
    FINE_IN[role].includes(readCell(cell).said) ||
    isPhone(cell) ||
    (role === "maybe in" && NO_MATTER.test(plainWords(cell)));
  const others = new Set(cells.filter((cell) => cell !== "" && !isFine(cell) && !readCell(cell).date));
  const isFree = others.size > MOST_ANSWERS && others.size > cells.length / 3;
  if (isFree) return (cell) => (mayBeWish(cell) || NO.includes(readCell(cell).said) ? ASK : FINE);
  return (cell) => (isFine(cell) ? FINE : ASK);
}

/** More than half of a column are Yes and No, or marks. One of figures alone counts something. */
function isYesAndNo({ cells }: Column): boolean {
  const filled = cells.filter((cell) => cell !== "");
  const said = (cell: string) => (cell.length > LONGEST_WORD_OF_NO ? "unclear" : readWordsOnly(cell));
  const clear = filled.filter((cell) => said(cell) !== "unclear");
  return (
    clear.length > filled.length / 2 &&
    clear.some((cell) => ["yes", "no"].includes(said(cell)) && /\P{N}/u.test(cell))
  );
}

/** A date says neither. */
const readWordsOnly = (cell: string): Said => {
  const { said, date } = readCell(cell);
  return date === undefined ? said : "unclear";
};

const holdsPhone = (cell: string): boolean =>
  (cell.match(/\d/g)?.length ?? 0) >= 7 && readCell(cell).date === undefined;
const isPhone = (cell: string): boolean => holdsPhone(cell) && !/\p{L}{2}/u.test(cell);

/** So that it is never taken for the column of the phones, whatever number somebody wrote beside their Yes. */
export function holdsYesAndNo(cells: readonly string[]): boolean {
  const phones = cells.filter(holdsPhone).length;
  const answers = cells.filter((cell) => {
    const { said } = readCell(cell);
    return said !== "nothing" && said !== "unclear";
  }).length;
  return answers > phones;
}
