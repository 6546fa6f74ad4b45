import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { scoreHeader } from "../../../../src/members/columns.ts";
import { quoteCells, readTable } from "../../../../src/members/read/table.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (content: Uint8Array) => readTable(content, scoreHeader);

test.each([
  ["commas", "a,b\n1,2"],
  ["semicolons", "a;b\n1;2"],
  ["tabs", "a\tb\n1\t2"],
  ["CRLF", "a,b\r\n1,2\r\n"],
  ["a byte order mark", "\ufeffa,b\n1,2\n"],
  ["quotes", '"a","b"\n"1","2"\n'],
  ["blank lines", "\n\na,b\n\n1,2\n\n"],
])("reads a file with %s", async (_, text) => {
  const { header, rows } = await read(bytes(text));
  expect({ header, cells: rows.map(({ cells }) => cells) }).toEqual({
    header: ["a", "b"],
    cells: [["1", "2"]],
  });
});

test("a separator within quotes in the first line is none", async () => {
  expect((await read(bytes('"a,b,c";d\n1;2'))).header).toEqual(["a,b,c", "d"]);
});

test.each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
])("each row knows the line it begins on, with %s", async (_, end) => {
  const text = ["a,b", "", '1,"x', 'y"', "2,z", "", '"3', '",q'].join(end);
  expect((await read(bytes(text))).rows.map(({ line }) => line)).toEqual([3, 5, 7]);
});

test("where rows end with CR LF, LF alone is a line break within a cell, in quotes or not", async () => {
  const text = "a,b,c,d\r\n1,x,2,3\r\n4,one\ntwo,5,6\r\n7,y,8,9\r\n10,z,11,12\r\n";
  const { rows } = await read(bytes(text));
  expect(rows.map(({ cells }) => cells[1])).toEqual(["x", "one\ntwo", "y", "z"]);
  expect(rows.map(({ line, problem }) => [line, problem])).toEqual(
    [2, 3, 5, 6].map((line) => [line, undefined]),
  );
  // Where all end alike, nobody can tell.
  const { rows: alike } = await read(bytes(text.replaceAll("\r\n", "\n")));
  expect(alike.filter(({ problem }) => problem?.startsWith("Lines 3 and 4 look like one row"))).toHaveLength(
    2,
  );
});

test("a row that is torn within a cell comes together with all of its cells", async () => {
  const text = "a,b,c,d\r\n1,2,x,3\r\n4,5,one\ntwo,6\r\n7,8,y,9\r\n10,11,z,12\r\n";
  const { rows } = await read(bytes(text));
  expect(rows[1]).toEqual({ line: 3, lastLine: 4, cells: ["4", "5", "one\ntwo", "6"] });
});

test.each([
  ["commas", ","],
  ["semicolons", ";"],
  ["tabs", "\t"],
  ["vertical bars", "|"],
])("a file says that it is separated by %s", async (name, separator) => {
  const { source } = await read(bytes("a,b\n1,2\n".replaceAll(",", separator)));
  expect(source).toBe(`CSV in UTF-8, separated by ${name}`);
});

test.each([
  ["no text", "No\0tes", "There is something on this line that is no text."],
  ["garbled", "DÃ©sabonnÃ©", 'The letters on this line were garbled by a program ("DÃ©sabonnÃ©").'],
])("column names that can't be read are refused, for nobody knows who said No: %s", async (_, name, why) => {
  const file = `Members\nAccount,Name,Phone,Zone,${name}\n1001,Ana,,North,2026-03-01\n`;
  await expect(read(bytes(file))).rejects.toThrow(`The column names on line 2 can't be read. ${why}`);
});

test("what a line says is shown in short, and no phone in full", () => {
  expect(quoteCells(["Ana", " ", "206-555-0101"])).toBe('"Ana … 0101"');
  expect(quoteCells(["Ana", "2065550101"])).toBe('"Ana … 0101"');
  expect(quoteCells(["Total", "12"])).toBe('"Total 12"');
  expect(quoteCells(["x".repeat(60)])).toBe(`"${"x".repeat(60)}"`);
  expect(quoteCells(["x".repeat(61)])).toBe(`"${"x".repeat(59)}…"`);
});

test("where the column names end with separators, so may each row, and with no more of them", async () => {
  const { header, rows } = await read(bytes("a,b,,\n1,2,,\n3,4, ,\n5,6,,,\n7,8,,x\n"));
  expect(header).toEqual(["a", "b"]);
  expect(rows.map(({ cells }) => cells)).toEqual([
    ["1", "2"],
    ["3", "4"],
    ["5", "6", "", "", ""],
    ["7", "8", "", "x"],
  ]);
});

test("Windows-1252 and UTF-16 are read as what they are", async () => {
  expect((await read(Uint8Array.of(0x80, 0x35, 0x2c, 0xe9, 0x61))).header).toEqual(["€5", "éa"]);
  expect((await read(Buffer.from("\ufeffa,é", "utf16le"))).header).toEqual(["a", "é"]);
});

test.each([
  ["nothing", bytes(""), "empty"],
  ["only blank lines", bytes("\n\n"), "empty"],
  ["an Excel workbook", bytes("PK\u0003\u0004"), "CSV UTF-8"],
  ["a picture", Uint8Array.of(0x89, 0x50, 0, 0, 1), "not a CSV file"],
])("refuses %s in plain words", async (_, content, words) => {
  await expect(read(content)).rejects.toThrow(words);
});

const spectrum = new URL("../../../../../shared/data/csv/spectrum/", import.meta.url);
if (existsSync(spectrum))
  describe("csv-spectrum", () => {
    const files = existsSync(spectrum) ? readdirSync(spectrum).filter((name) => name.endsWith(".csv")) : [];
    // The expected answer for location_coordinates holds another phone number than its file.
    test.each(files.filter((name) => name !== "location_coordinates.csv"))("%s", async (file) => {
      const expected = new URL(`expected/${basename(file, ".csv")}.json`, spectrum);
      const { header, rows } = await read(readFileSync(new URL(file, spectrum)));
      const objects = rows.map(({ cells }) =>
        Object.fromEntries(header.map((name, at) => [name, cells[at]])),
      );
      const answer = readFileSync(expected, "utf8").replaceAll("\\r\\n", "\\n");
      expect(objects).toEqual(z.array(z.unknown()).parse(JSON.parse(answer)));
    });
  });
