// The stand-in's own table of Slack's limits: each function names every rule that is broken, in plain words.
import type { z } from "zod";
import { type Block, elementsIn, messageBlocks, view as viewSchema } from "./block-kit/blocks.ts";

const VIEW_BYTES = 250_000;
const TABLE_CHARACTERS = 10_000;
/** chat.postMessage cuts longer texts off; chat.update refuses them. */
export const TEXT_LENGTH = { post: 40_000, update: 4_000 };

type Surface = "modal" | "home" | "message";

/** Blocks that may not stand everywhere. */
const surfaces: Partial<Record<Block["type"], readonly Surface[]>> = {
  alert: ["modal"],
  data_table: ["message", "home"],
  table: ["message", "home"],
  markdown: ["message"],
};

/** @returns the rules that a view breaks; none for a valid one. */
export function checkView(view: unknown): string[] {
  const size = Buffer.byteLength(JSON.stringify(view) ?? "");
  const tooLarge = size > VIEW_BYTES ? [`the view has ${size} bytes; at most ${VIEW_BYTES} are allowed`] : [];
  const parsed = viewSchema.safeParse(view, { reportInput: true });
  if (!parsed.success) return [...tooLarge, ...inWords(parsed.error)];
  const { blocks, type } = parsed.data;
  const needsSubmit =
    parsed.data.type === "modal" &&
    parsed.data.submit === undefined &&
    blocks.some((block) => block.type === "input");
  return [
    ...tooLarge,
    ...checkTogether(blocks, type),
    ...(needsSubmit ? ["submit: a view with input blocks needs a submit button"] : []),
  ];
}

/** @returns the rules that a message breaks; `for: "update"` also holds it against what chat.update takes. */
export function checkMessage(
  message: { text?: unknown; blocks?: unknown },
  options: { for?: "post" | "update" } = {},
): string[] {
  const limit = TEXT_LENGTH[options.for ?? "post"];
  const { text = "", blocks = [] } = message;
  const violations: string[] = [];
  if (typeof text !== "string") violations.push("text: must be a string");
  else if (text.length > limit) violations.push(`text: at most ${limit} characters (it has ${text.length})`);
  const parsed = messageBlocks.safeParse(blocks, { reportInput: true });
  if (!parsed.success) return [...violations, ...inWords(parsed.error, "blocks")];
  if (text === "" && parsed.data.length === 0) violations.push("a message needs text or blocks");
  return [...violations, ...checkTogether(parsed.data, "message")];
}

/** The rules that no single block can break. */
function checkTogether(blocks: readonly Block[], surface: Surface): string[] {
  const elements = elementsIn(blocks);
  const focused = elements.filter(({ element }) => "focus_on_load" in element && element.focus_on_load);
  const tables = blocks.filter((block) => block.type === "table" || block.type === "data_table");
  return [
    ...blocks.flatMap((block, index) =>
      (surfaces[block.type] ?? [surface]).includes(surface)
        ? []
        : [`blocks[${index}]: a block of type "${block.type}" can't stand in a ${surface}`],
    ),
    ...repeated(blocks.flatMap((block) => block.block_id ?? [])).map(
      (id) => `block_id "${id}" is used twice`,
    ),
    ...blocks
      .flatMap((block) => repeated(elementsIn([block]).flatMap(({ element }) => element.action_id ?? [])))
      .map((id) => `action_id "${id}" is used twice in one block`),
    ...(focused.length > 1 ? ["focus_on_load: only one element may have it"] : []),
    ...(tables.length > 1 ? ["only one table is allowed"] : []),
    ...tables.flatMap((table) => checkTable(table)),
    ...elements.flatMap(({ element }) =>
      element.type === "file_input" && surface !== "modal" ? ["a file_input can only stand in a modal"] : [],
    ),
  ];
}

type Table = Extract<Block, { type: "table" | "data_table" }>;

const charactersIn = (cell: Table["rows"][number][number]): number => {
  if (cell.type === "rich_text") return JSON.stringify(cell.elements).length;
  return (cell.type === "raw_text" ? cell.text : (cell.text ?? String(cell.value))).length;
};

function checkTable({ rows, type }: Table): string[] {
  const characters = rows.flat().reduce((sum, cell) => sum + charactersIn(cell), 0);
  if (characters <= TABLE_CHARACTERS) return [];
  return [`${type}: at most ${TABLE_CHARACTERS} characters (it has ${characters})`];
}

const repeated = (ids: string[]) => [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];

function inWords(error: z.ZodError, root = ""): string[] {
  return error.issues.map((issue) => `${placeOf(issue.path, root)}: ${ruleOf(issue)}`);
}

function placeOf(path: readonly PropertyKey[], root: string): string {
  const place = path.reduce<string>(
    (so, key) => (typeof key === "number" ? `${so}[${key}]` : `${so}${so === "" ? "" : "."}${String(key)}`),
    root,
  );
  return place === "" ? "view" : place;
}

const typeOf = (input: unknown) =>
  JSON.stringify(typeof input === "object" && input !== null && "type" in input ? input.type : input);

function ruleOf(issue: z.core.$ZodIssue): string {
  const { input } = issue;
  const has = typeof input === "string" || Array.isArray(input) ? ` (it has ${input.length})` : "";
  const unit = (origin: string) => (origin === "string" ? " characters" : origin === "array" ? " items" : "");
  if (input === undefined && issue.code !== "unrecognized_keys" && issue.code !== "custom")
    return "is missing";
  switch (issue.code) {
    case "too_big":
      return `at most ${issue.maximum}${unit(issue.origin)}${has}`;
    case "too_small":
      return `at least ${issue.minimum}${unit(issue.origin)}${has}`;
    case "unrecognized_keys":
      return `Slack knows no property ${issue.keys.map((key) => `"${key}"`).join(", ")} here`;
    case "invalid_union":
      return `Slack takes no ${typeOf(input)} here`;
    default:
      return issue.message;
  }
}
