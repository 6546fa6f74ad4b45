// Who wants no texts, by all columns of a list. What may be a No and isn't understood is asked, and counts as neither.
import { type Answers, columnKey, type ListAnswer, nameColumns, valueKey } from "./answers.ts";
import { type CellMeaning, mayBeWish, mentionsRefusal, plainWords, readCell, type Said } from "./cells.ts";
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

/** What else a column is read for; `no phone` is called one, and holds Yes and No. */
export type ColumnUse = "account" | "name" | "phone" | "zone" | "language" | "no phone";
type Field = Exclude<ColumnUse, "no phone">;
type Role = HeaderMeaning | Field;
type Judged = { is: "no" | "fine" | "ask"; since?: string | undefined };
type Column = { at: number; name: string; key: string; role: Role; cells: string[] };
type Row = { line: number; cells: readonly string[] };

const FINE: Judged = { is: "fine" };
const ASK: Judged = { is: "ask" };

/** Several dates of one column are asked about at once. */
const A_DATE = "a date";

/**
 * @param header tidied, and as many as the widest row has cells
 * @param uses by the column's place
 * @param isMonthFirst as the co-op's country writes dates
 */
export function readConsent(
  header: readonly string[],
  rows: readonly Row[],
  uses: ReadonlyMap<number, ColumnUse>,
  answers: Answers,
  isMonthFirst: boolean,
): ConsentReading {
  const reading: Omit<ConsentReading, "rows"> = { questions: [], unusedColumns: [], answers: [] };
  let isToldOfTexts = false;
  const noes = rows.map((): Judged | undefined => undefined);
  const names = nameColumns(header);
  const readDated = (cell: string) => readCell(cell, isMonthFirst);
  for (const [at, title] of header.entries()) {
    const name = names[at] ?? title;
    const cells = rows.map((row) => row.cells[at] ?? "");
    const use = uses.get(at);
    const isField = use !== undefined && use !== "no phone";
    const column = { at, name, key: columnKey(name), role: isField ? use : roleOf(title, use), cells };
    const isIgnored = answers.isIgnored(column.key);
    if (isIgnored) {
      reading.answers.push(isIgnored);
      if (!isField) reading.unusedColumns.push(name);
      continue;
    }
    const judge = answeredBefore(column, answers, reading.answers, readDated, judgeOf(column, readDated));
    const asked = new Map<string, Asked>();
    for (const [index, cell] of cells.entries()) {
      const judged = judge(cell);
      if (judged.is === "no") noes[index] = later(noes[index], judged);
      if (judged.is !== "ask") continue;
      const key = valueKey(cell);
      const before = asked.get(key);
      if (before) before.rows++;
      else asked.set(key, { value: cell, rows: 1, line: rows[index]?.line ?? 0 });
    }
    const isConsent =
      column.role === "opt-in" || column.role === "opt-out" || answers.saysNoSomewhere(column.key);
    isToldOfTexts ||= isConsent;
    if (asked.size > 0) {
      reading.questions.push({
        about: "consent",
        column: name,
        values: sortValues(joinDates([...asked.values()])),
      });
    } else if (!isConsent && !isField) reading.unusedColumns.push(name);
  }
  const said = noes.map((no) =>
    no ? { saysNoTexts: true, noSince: no.since } : { saysNoTexts: isToldOfTexts ? false : undefined },
  );
  return { ...reading, rows: said };
}

function roleOf(title: string, use: ColumnUse | undefined): HeaderMeaning {
  const meaning = readHeader(title);
  return use === "no phone" && meaning !== "opt-in" ? "touches" : meaning;
}

type Asked = ConsentQuestion["values"][number];
const isDate = ({ said, date }: CellMeaning) => said === "yes" && date !== undefined;

function joinDates(values: Asked[]): Asked[] {
  const dates = values.filter(({ value }) => isDate(readCell(value)));
  const [first, another] = dates;
  if (first === undefined || another === undefined) return values;
  return [
    ...values.filter(({ value }) => !isDate(readCell(value))),
    { value: A_DATE, rows: dates.reduce((sum, { rows }) => sum + rows, 0), line: first.line },
  ];
}

/** What is most like a No first, because only the first are shown; then the most frequent. */
function sortValues(values: Asked[]): Asked[] {
  const byWish = Map.groupBy(values, ({ value }) => mayBeWish(value));
  return [true, false].flatMap((isWish) => byWish.get(isWish)?.toSorted((a, b) => b.rows - a.rows) ?? []);
}

/** A No without a date is of now. */
function later(one: Judged | undefined, other: Judged): Judged {
  if (one?.since === undefined) return one ?? other;
  return other.since !== undefined && other.since < one.since ? one : other;
}

type ReadCell = (cell: string) => CellMeaning;

/** What people have answered goes before what is understood. Each cell's meaning is found once. */
function answeredBefore(
  { key }: Column,
  answers: Answers,
  counted: ListAnswer[],
  read: ReadCell,
  judge: (cell: string) => Judged,
): (cell: string) => Judged {
  const known = new Map<string, Judged>();
  const hasAnswers = answers.has(key);
  const answerTo = (cell: string) =>
    answers.find(key, valueKey(cell)) ?? (isDate(read(cell)) ? answers.find(key, A_DATE) : undefined);
  const find = (cell: string): Judged => {
    const answer = hasAnswers ? answerTo(cell) : undefined;
    if (!answer) return judge(cell);
    if (!counted.includes(answer)) counted.push(answer);
    return answer.meaning === "no texts" ? { is: "no", since: read(cell).date } : FINE;
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

const FINE_IN: Record<"opt-in" | "opt-out" | "standing" | "touches", readonly Said[]> = {
  "opt-in": ["yes", "agreed", "begun", "nothing"],
  "opt-out": ["no", "agreed", "nothing"],
  standing: ["yes", "agreed", "begun", "nothing"],
  touches: ["nothing"],
};
const NO_IN: Partial<Record<HeaderMeaning, readonly Said[]>> = {
  "opt-in": ["no", "refused", "ended"],
  "opt-out": ["yes", "refused"],
};

function judgeOf(column: Column, read: ReadCell): (cell: string) => Judged {
  const { role, cells } = column;
  const askWhere = (isInDoubt: (cell: string) => boolean) => (cell: string) => (isInDoubt(cell) ? ASK : FINE);
  switch (role) {
    case "opt-in":
    case "opt-out":
    case "standing":
    case "touches":
      return (cell) => {
        const { said, date } = read(cell);
        if (NO_IN[role]?.includes(said)) return { is: "no", since: date };
        if (FINE_IN[role].includes(said)) return FINE;
        return role === "standing" && IS_STANDING.test(plainWords(cell)) ? FINE : ASK;
      };
    case "unknown":
      if (isYesAndNo(cells)) return askWhere((cell) => read(cell).said !== "nothing");
      return askWhere((cell) => !IS_FIGURES.test(cell) && mayBeNo(cell));
    case "other channel":
      return askWhere((cell) => mayRefuse(cell) && /te?xt|sms|mensaj/i.test(cell));
    case "phone": {
      const isInDoubt = holdsYesAndNo(cells) ? () => true : saysNo;
      return askWhere((cell) => mayRefuse(cell) || (!/\d{3}/.test(cell) && isInDoubt(cell)));
    }
    case "zone":
      return askWhere((cell) => mayRefuse(cell) || saysNo(cell));
    default:
      return askWhere(mayRefuse);
  }
}

const IS_FIGURES = /^[\s\p{P}\p{Sc}]*\d[\d\s\p{P}]*$/u;

/** Words of a status that are not a No to texts. */
const IS_STANDING =
  /^(own(er|ers)?|rent(er|ers|al)?|tenant|residential|commercial|regular|members?|active members?|(in )?good standing|new|existing|full|normal|connected|standard|primary)$/;

/** Lists are long, and cells that mention none of this are most of them. */
const WORTH_READING =
  /te?xt|sms|contact|messag|msg|alert|opt|unsub|\bd\W?n\W?[ct]|\bN\/?T\b|mensaj|molest|envi|envoy|dérang|baja|bonn|scri|remov|delet|list|\buse\b|[^\0-\u2000]/i;
const mayRefuse = (cell: string) => WORTH_READING.test(cell) && mentionsRefusal(cell);

const LONGEST_WORD_OF_NO = 60;
const readShort = (cell: string): CellMeaning =>
  cell.length > LONGEST_WORD_OF_NO ? { said: "unclear" } : readCell(cell);
/** A plain word of No; a letter alone may be any other. */
const saysNo = (cell: string): boolean =>
  /\p{L}{2}/u.test(cell) && ["no", "refused", "ended"].includes(readShort(cell).said);
const isMark = (cell: string) =>
  !/[\p{L}\p{N}\p{Sc}"'“”″〃]/u.test(cell) && readCell(cell).said !== "nothing";
const mayBeNo = (cell: string) => saysNo(cell) || isMark(cell) || mayBeWish(cell);

/** A column of Yes and No, or of marks. One of figures alone counts something. A date says neither. */
function isYesAndNo(cells: readonly string[]): boolean {
  const meanings = cells.map((cell) => ({ cell, ...readShort(cell) }));
  return (
    meanings.every(({ said, date }) => said !== "unclear" && date === undefined) &&
    meanings.some(({ cell, said }) => ["yes", "no"].includes(said) && /\P{N}/u.test(cell))
  );
}

/** As many digits as a phone has; a date may have them, too. */
export const holdsNumber = (cell: string): boolean =>
  (cell.match(/\d/g)?.length ?? 0) >= 7 && readCell(cell).date === undefined;

/** So that it is never taken for the column of the phones, in spite of a number here and there. */
export function holdsYesAndNo(cells: readonly string[]): boolean {
  const words = cells.filter((cell) => !["nothing", "unclear"].includes(readShort(cell).said));
  return words.length > 0 && words.length >= cells.filter(holdsNumber).length;
}
