// What a spreadsheet makes of a cell: nothing that runs, and nothing else than what was written.
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { phoneCell, toCsv } from "../../../src/slack/files/csv.ts";

async function* lots<Row>(...all: Row[][]) {
  yield* all;
}

const cellOf = async (cell: string | number | Date | null): Promise<string> => {
  const pieces = await Array.fromAsync(toCsv(lots([cell]), { it: (row) => row }, "America/Denver"));
  const csv = pieces.join("");
  expect(csv.startsWith("\uFEFFit\n")).toBe(true);
  const [, [read = ""] = []] = parse(csv, { bom: true, relax_column_count: true });
  return read;
};

test.each([
  ["=1+1", "'=1+1"],
  ["+1 206", "'+1 206"],
  ["-5", "'-5"],
  ["@SUM(1)", "'@SUM(1)"],
  ["\t=1", "'\t=1"],
  ["\tx", "'\tx"],
  ["\r=1", "'\r=1"],
  [" =1+1", "' =1+1"],
  ["\u200b=1+1", "'\u200b=1+1"],
  ['"=1+1', "'\"=1+1"],
  ["＝1+1", "'＝1+1"],
  ["−5", "'−5"],
])("%j runs nothing", async (typed, shown) => {
  expect(await cellOf(typed)).toBe(shown);
});

test.each([
  "00101",
  "000",
  "123456789012",
  "1E5",
  "3e10",
  "3-12",
  "1/2",
  "2026-03-03",
  "12:30",
  "MAR-1",
  "1-Mar",
  "May 5",
])("%j stays what it is", async (typed) => {
  expect(await cellOf(typed)).toBe(`="${typed}"`);
});

test.each([
  "MC-1001",
  "1001",
  "Ana Ruiz",
  "O'Brien",
  "5th St",
  "Mayfield",
  "Marina Bay 4 West",
  "(206) 555-0142",
  "1, 2",
])("%j is written as it is", async (typed) => {
  expect(await cellOf(typed)).toBe(typed);
});

test("no text begins a formula, but for one that says just what was written", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (typed) => {
      const cell = await cellOf(typed);
      if (cell.startsWith("=")) expect(cell).toBe(`="${typed}"`);
      if (cell.startsWith("=")) expect(typed).toMatch(/^[0-9a-z.,:/ -]+$/i);
      else expect(cell).not.toMatch(/^[+\-@\t\r\n＝＋－＠]/);
    }),
  );
});

test.each([
  ["+12065550101", "(206) 555-0101"],
  ["+525512345678", "(+52) 55 1234 5678"],
  [null, ""],
])("the phone %s is shown as people write it", async (phone, shown) => {
  expect(phoneCell(phone)).toBe(shown);
  expect(await cellOf(phoneCell(phone))).toBe(shown);
});

test("a time is the co-op's own, in the form that every spreadsheet takes for one", async () => {
  expect(await cellOf(new Date("2026-03-03T21:05:09Z"))).toBe("2026-03-03 14:05:09");
});

test("what comes in several lots has one header, as what comes in one", async () => {
  const inAll = async (...all: string[][]) =>
    (await Array.fromAsync(toCsv(lots(...all), { it: (row) => row }, "UTC"))).join("");
  expect(await inAll(["a", "b,c"], ["d"])).toBe('\uFEFFit\na\n"b,c"\nd\n');
  expect(await inAll(["a", "b,c", "d"])).toBe(await inAll(["a"], ["b,c", "d"]));
  expect(await inAll()).toBe("\uFEFFit\n");
});
