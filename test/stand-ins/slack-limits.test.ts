// The stand-in's table of Slack's limits, compared with an independent one where there is one.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { checkMessage, checkView } from "../../src/practice/stand-ins/slack/limits.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const section = (text = "x") => ({ type: "section", text: { type: "mrkdwn", text } });
const option = (value: string, text = value) => ({ text: plain(text), value });
const options = (count: number) => Array.from({ length: count }, (_, index) => option(`${index}`));
const button = (rest: object = {}) => ({ type: "button", action_id: "go", text: plain("Go"), ...rest });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const input = (element: object, rest: object = {}) => ({
  type: "input",
  label: plain("Label"),
  element,
  ...rest,
});
const typing = (rest: object = {}) => ({ type: "plain_text_input", ...rest });
const confirm = (rest: object = {}) => ({
  title: plain("Sure?"),
  text: plain("Really?"),
  confirm: plain("Yes"),
  deny: plain("No"),
  ...rest,
});
const modal = (blocks: object[], rest: object = {}) => ({
  type: "modal",
  title: plain("Title"),
  submit: plain("OK"),
  blocks,
  ...rest,
});
const table = (rows: number, columns = 1, text = "x") => ({
  type: "table",
  rows: Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => ({ type: "raw_text", text })),
  ),
});
const raw = (text: string) => ({ type: "raw_text", text });
const rich = { type: "rich_text", elements: [] };
const dataTable = (rows: object[][], rest: object = {}) => ({
  type: "data_table",
  caption: "Zones",
  rows,
  ...rest,
});
const rowsOf = (count: number) => Array.from({ length: count }, () => [raw("x")]);
const x = (length: number) => "x".repeat(length);

const views: [what: string, fits: object, tooMuch: object, rule: string][] = [
  [
    "title",
    modal([section()], { title: plain(x(24)) }),
    modal([section()], { title: plain(x(25)) }),
    "title.text: at most 24 characters (it has 25)",
  ],
  [
    "submit",
    modal([section()], { submit: plain(x(24)) }),
    modal([section()], { submit: plain(x(25)) }),
    "submit.text: at most 24 characters (it has 25)",
  ],
  [
    "close",
    modal([section()], { close: plain(x(24)) }),
    modal([section()], { close: plain(x(25)) }),
    "close.text: at most 24 characters (it has 25)",
  ],
  [
    "private_metadata",
    modal([section()], { private_metadata: x(3000) }),
    modal([section()], { private_metadata: x(3001) }),
    "private_metadata: at most 3000 characters (it has 3001)",
  ],
  [
    "callback_id",
    modal([section()], { callback_id: x(255) }),
    modal([section()], { callback_id: x(256) }),
    "callback_id: at most 255 characters (it has 256)",
  ],
  [
    "blocks",
    modal(Array(100).fill(section())),
    modal(Array(101).fill(section())),
    "blocks: at most 100 items (it has 101)",
  ],
  [
    "section",
    modal([section(x(3000))]),
    modal([section(x(3001))]),
    "blocks[0].text.text: at most 3000 characters (it has 3001)",
  ],
  [
    "empty text",
    modal([section()]),
    modal([section("")]),
    "blocks[0].text.text: at least 1 characters (it has 0)",
  ],
  [
    "fields",
    modal([{ type: "section", fields: Array(10).fill(plain(x(2000))) }]),
    modal([{ type: "section", fields: Array(11).fill(plain("x")) }]),
    "blocks[0].fields: at most 10 items (it has 11)",
  ],
  [
    "header",
    modal([{ type: "header", text: plain(x(150)) }]),
    modal([{ type: "header", text: plain(x(151)) }]),
    "blocks[0].text.text: at most 150 characters (it has 151)",
  ],
  [
    "header of mrkdwn",
    modal([{ type: "header", text: plain("x") }]),
    modal([{ type: "header", text: { type: "mrkdwn", text: "x" } }]),
    "blocks[0].text.type",
  ],
  [
    "context",
    modal([{ type: "context", elements: Array(10).fill(plain("x")) }]),
    modal([{ type: "context", elements: Array(11).fill(plain("x")) }]),
    "blocks[0].elements: at most 10 items (it has 11)",
  ],
  [
    "actions",
    modal([actions(...Array.from({ length: 25 }, (_, i) => button({ action_id: `${i}` })))]),
    modal([actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `${i}` })))]),
    "blocks[0].elements: at most 25 items (it has 26)",
  ],
  [
    "button",
    modal([actions(button({ text: plain(x(75)), value: x(2000) }))]),
    modal([actions(button({ text: plain(x(76)) }))]),
    "blocks[0].elements[0].text.text: at most 75 characters (it has 76)",
  ],
  [
    "button value",
    modal([actions(button({ value: x(2000) }))]),
    modal([actions(button({ value: x(2001) }))]),
    "blocks[0].elements[0].value: at most 2000 characters (it has 2001)",
  ],
  [
    "button style",
    modal([actions(button({ style: "danger" }))]),
    modal([actions(button({ style: "loud" }))]),
    "blocks[0].elements[0].style",
  ],
  [
    "confirm title",
    modal([actions(button({ confirm: confirm({ title: plain(x(100)) }) }))]),
    modal([actions(button({ confirm: confirm({ title: plain(x(101)) }) }))]),
    "confirm.title.text: at most 100 characters",
  ],
  [
    "confirm text",
    modal([actions(button({ confirm: confirm({ text: plain(x(300)) }) }))]),
    modal([actions(button({ confirm: confirm({ text: plain(x(301)) }) }))]),
    "confirm.text.text: at most 300 characters",
  ],
  [
    "confirm buttons",
    modal([actions(button({ confirm: confirm({ deny: plain(x(30)) }) }))]),
    modal([actions(button({ confirm: confirm({ deny: plain(x(31)) }) }))]),
    "confirm.deny.text: at most 30 characters",
  ],
  [
    "confirm complete",
    modal([actions(button({ confirm: confirm() }))]),
    modal([actions(button({ confirm: confirm({ deny: undefined }) }))]),
    "confirm.deny: is missing",
  ],
  [
    "select",
    modal([input({ type: "static_select", options: options(100) })]),
    modal([input({ type: "static_select", options: options(101) })]),
    "element.options: at most 100 items (it has 101)",
  ],
  [
    "empty select",
    modal([input({ type: "static_select", options: options(1) })]),
    modal([input({ type: "static_select", options: [] })]),
    "element.options: at least 1 items (it has 0)",
  ],
  [
    "checkboxes",
    modal([input({ type: "checkboxes", options: options(10) })]),
    modal([input({ type: "checkboxes", options: options(11) })]),
    "element.options: at most 10 items (it has 11)",
  ],
  [
    "radio buttons",
    modal([input({ type: "radio_buttons", options: options(10) })]),
    modal([input({ type: "radio_buttons", options: options(11) })]),
    "element.options: at most 10 items (it has 11)",
  ],
  [
    "overflow",
    modal([actions({ type: "overflow", options: options(5) })]),
    modal([actions({ type: "overflow", options: options(6) })]),
    "options: at most 5 items (it has 6)",
  ],
  [
    "option text",
    modal([input({ type: "static_select", options: [option("a", x(75))] })]),
    modal([input({ type: "static_select", options: [option("a", x(76))] })]),
    "options[0].text.text: at most 75 characters",
  ],
  [
    "input length",
    modal([input(typing({ max_length: 3000 }))]),
    modal([input(typing({ max_length: 3001 }))]),
    "element.max_length: at most 3000",
  ],
  [
    "placeholder",
    modal([input(typing({ placeholder: plain(x(150)) }))]),
    modal([input(typing({ placeholder: plain(x(151)) }))]),
    "placeholder.text: at most 150 characters",
  ],
  ["a button is no input", modal([input(typing())]), modal([input(button())]), "blocks[0].element.type"],
  ["unknown block", modal([section()]), modal([{ type: "paragraph" }]), 'Slack takes no "paragraph" here'],
  [
    "unknown property",
    modal([section()]),
    modal([{ ...section(), colour: "red" }]),
    'Slack knows no property "colour" here',
  ],
  [
    "submit is needed",
    modal([section()], { submit: undefined }),
    modal([input(typing())], { submit: undefined }),
    "submit: a view with input blocks needs a submit button",
  ],
  [
    "alert block",
    modal([{ type: "alert", text: plain(x(200)) }]),
    modal([{ type: "alert", text: plain(x(201)) }]),
    "blocks[0].text.text: at most 200 characters",
  ],
];

/** Rules that the independent schema does not know. */
const beyondTheSchema: [what: string, wrong: object, rule: string][] = [
  [
    "block_id twice",
    modal([
      { ...section(), block_id: "a" },
      { ...section(), block_id: "a" },
    ]),
    'block_id "a" is used twice',
  ],
  [
    "action_id twice",
    modal([{ ...actions(button(), button()), block_id: "a" }]),
    'action_id "go" is used twice in one block',
  ],
  [
    "initial option",
    modal([input({ type: "static_select", options: options(2), initial_option: option("9") })]),
    "an initial option that is not among the options",
  ],
  [
    "initial options",
    modal([
      input({
        type: "multi_static_select",
        options: options(2),
        initial_options: [option("1"), option("9")],
      }),
    ]),
    "an initial option that is not among the options",
  ],
  [
    "option value of 76",
    modal([input({ type: "static_select", options: [option(x(76), "a")] })]),
    "options[0].value: at most 75 characters",
  ],
  ["table in a modal", modal([table(1)]), 'a block of type "table" can\'t stand in a modal'],
  [
    "markdown in a modal",
    modal([{ type: "markdown", text: "x" }]),
    'a block of type "markdown" can\'t stand in a modal',
  ],
  ["250 KB", modal(Array(100).fill(section("é".repeat(3000)))), "at most 250000 are allowed"],
  [
    "two in focus",
    modal([input(typing({ focus_on_load: true })), input(typing({ focus_on_load: true }))]),
    "only one element may have it",
  ],
];

describe("views", () => {
  test.each(views)("%s", (_, fits, tooMuch, rule) => {
    expect(checkView(fits)).toEqual([]);
    expect(checkView(tooMuch)).toEqual([expect.stringContaining(rule)]);
  });
  test("the same action_id may stand in two blocks", () => {
    expect(checkView(modal([actions(button()), actions(button())]))).toEqual([]);
  });
  test.each(beyondTheSchema)("%s", (_, wrong, rule) => {
    expect(checkView(wrong)).toEqual([expect.stringContaining(rule)]);
  });
});

describe("tables that can be paged", () => {
  const at = (block: object) => checkView({ type: "home", blocks: [block] });
  test("in messages and at Home, with 100 rows below the header", () => {
    expect(at(dataTable(rowsOf(101), { page_size: 100 }))).toEqual([]);
    expect(at(dataTable([[raw("Zone")], [{ type: "raw_number", value: 7 }], [rich]]))).toEqual([]);
    expect(checkMessage({ text: "x", blocks: [dataTable(rowsOf(2))] })).toEqual([]);
  });
  test.each<[string, object, string]>([
    ["102 rows", dataTable(rowsOf(102)), "rows: at most 101 items (it has 102)"],
    ["a header alone", dataTable(rowsOf(1)), "rows: at least 2 items (it has 1)"],
    ["no caption", dataTable(rowsOf(2), { caption: undefined }), "caption: is missing"],
    ["101 on a page", dataTable(rowsOf(2), { page_size: 101 }), "page_size: at most 100"],
    ["rich text in the header", dataTable([[rich], [raw("x")]]), "no rich_text in the header"],
    ["a row too short", dataTable([[raw("a"), raw("b")], [raw("x")]]), "the same number of cells"],
    ["a full one", dataTable([[raw("a")], [raw(x(10_000))]]), "data_table: at most 10000 characters"],
  ])("not with %s", (_, wrong, rule) => {
    expect(at(wrong)).toEqual([expect.stringContaining(rule)]);
  });
  test("not in a modal, nor two in one view", () => {
    const table = dataTable(rowsOf(2));
    expect(checkView(modal([table]))).toEqual([expect.stringContaining("can't stand in a modal")]);
    expect(checkView({ type: "home", blocks: [table, table] })).toEqual(["only one table is allowed"]);
  });
});

describe("messages", () => {
  const message = (blocks: object[], text = "A real sentence.") => ({ text, blocks });
  test.each<[string, object, string]>([
    ["51 blocks", message(Array(51).fill(section())), "blocks: at most 50 items (it has 51)"],
    ["nothing at all", message([], ""), "a message needs text or blocks"],
    [
      "an alert block",
      message([{ type: "alert", text: plain("x") }]),
      'a block of type "alert" can\'t stand in a message',
    ],
    ["two tables", message([table(1), table(1)]), "only one table is allowed"],
    ["101 rows", message([table(101)]), "blocks[0].rows: at most 100 items (it has 101)"],
    ["21 columns", message([table(1, 21)]), "blocks[0].rows[0]: at most 20 items (it has 21)"],
    ["a full table", message([table(100, 2, x(51))]), "table: at most 10000 characters (it has 10200)"],
    ["a very long text", message([], x(40_001)), "text: at most 40000 characters (it has 40001)"],
  ])("%s", (_, wrong, rule) => {
    expect(checkMessage(wrong)).toEqual([expect.stringContaining(rule)]);
  });

  test("what fits", () => {
    expect(checkMessage(message(Array(50).fill(section())))).toEqual([]);
    expect(checkMessage(message([table(100, 20)]))).toEqual([]);
    expect(checkMessage({ text: x(4_001) })).toEqual([]);
    expect(checkMessage({ text: x(4_001) }, { for: "update" })).toEqual([
      "text: at most 4000 characters (it has 4001)",
    ]);
  });
});

const kit = new URL("../../../shared/data/slack/", import.meta.url);
const isAtHand = existsSync(kit);

if (isAtHand)
  describe("an independent schema agrees", () => {
    const samples = isAtHand ? readdirSync(new URL("views/", kit)) : [];
    const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, kit), "utf8"));
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    let id = "";
    beforeAll(() => {
      const schema = z.looseObject({ $id: z.string() }).parse(read("block-kit/block-kit.subset.schema.json"));
      ajv.addSchema(schema);
      id = schema.$id;
    });
    const agrees = (name: "modal_view" | "home_view", view: unknown) =>
      ajv.validate({ $ref: `${id}#/$defs/${name}` }, JSON.parse(JSON.stringify(view)));

    test.each(views)("on %s", (_, fits, tooMuch) => {
      expect(agrees("modal_view", fits)).toBe(true);
      // Its `alert` blocks know no length of their own.
      if (!JSON.stringify(tooMuch).includes('"alert"')) expect(agrees("modal_view", tooMuch)).toBe(false);
    });

    test.each(samples)("on %s", (file) => {
      const view = read(`views/${file}`);
      expect(checkView(view).length === 0).toBe(
        agrees(file.includes("home") ? "home_view" : "modal_view", view),
      );
    });
  });
