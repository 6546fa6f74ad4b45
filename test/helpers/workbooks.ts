// Workbooks as Excel saves them, part by part.
import { strToU8, zipSync } from "fflate";

const NS = "http://schemas.openxmlformats.org";
const OFFICE = `${NS}/officeDocument/2006/relationships`;
const part = (root: string, attributes: string, content: string) =>
  strToU8(
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<${root} ${attributes}>${content}</${root}>`,
  );
const main = `xmlns="${NS}/spreadsheetml/2006/main" xmlns:r="${OFFICE}"`;

/** Formats by their number: `<c s="1">` shows 00000, 2 a phone, 3 a day, 4 text, 5 a date as month and year, 6 nothing. */
const FORMATS = [
  "00000",
  "[&lt;=9999999]###\\-####;\\(###\\)\\ ###\\-####",
  "",
  "",
  "mmm\\-yy",
  ";;;",
  '"A-"0000',
];
const IDS = FORMATS.map((format, at) => (format === "" ? [14, 49][at - 2] : 164 + at));

export type SheetOf = {
  name: string;
  /** What stands between the tags of `sheetData`. */
  data: string;
  /** What follows it, such as merged cells. */
  after?: string;
  isHidden?: boolean;
};

/** @param strings shared ones, each as it stands in `<si>` */
export function makeWorkbook(
  sheets: SheetOf[],
  strings: string[] = [],
  parts: Record<string, Uint8Array> = {},
): Uint8Array {
  const formats = FORMATS.map((format, at) =>
    format === "" ? "" : `<numFmt numFmtId="${164 + at}" formatCode="${format.replaceAll('"', "&quot;")}"/>`,
  ).join("");
  const styles = ["0", ...IDS]
    .map((id) => `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`)
    .join("");
  const types = sheets
    .map(
      (_, at) =>
        `<Override PartName="/xl/worksheets/sheet${at + 1}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
    )
    .join("");
  const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  return zipSync(
    {
      "[Content_Types].xml": part(
        "Types",
        `xmlns="${NS}/package/2006/content-types"`,
        `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>${types}<Override PartName="/xl/sharedStrings.xml" ContentType="${kind}.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/>`,
      ),
      "_rels/.rels": part(
        "Relationships",
        `xmlns="${NS}/package/2006/relationships"`,
        `<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/>`,
      ),
      "xl/workbook.xml": part(
        "workbook",
        main,
        `<sheets>${sheets.map(({ name, isHidden }, at) => `<sheet name="${name}" sheetId="${at + 1}" ${isHidden ? 'state="hidden" ' : ""}r:id="rId${at + 1}"/>`).join("")}</sheets>`,
      ),
      "xl/_rels/workbook.xml.rels": part(
        "Relationships",
        `xmlns="${NS}/package/2006/relationships"`,
        `${sheets.map((_, at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`).join("")}<Relationship Id="rId98" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId99" Type="${OFFICE}/styles" Target="styles.xml"/>`,
      ),
      "xl/sharedStrings.xml": part("sst", main, strings.map((text) => `<si>${text}</si>`).join("")),
      "xl/styles.xml": part("styleSheet", main, `<numFmts>${formats}</numFmts><cellXfs>${styles}</cellXfs>`),
      ...Object.fromEntries(
        sheets.map(({ data, after = "" }, at) => [
          `xl/worksheets/sheet${at + 1}.xml`,
          part("worksheet", main, `<sheetData>${data}</sheetData>${after}`),
        ]),
      ),
      ...parts,
    },
    { level: 1 },
  );
}

const LETTERS = "ABCDEFGHIJ";
const inline = (text: string, address: string) =>
  `<c r="${address}" t="inlineStr"><is><t>${text}</t></is></c>`;

/** A row of cells: text, or the XML of a cell without its address, such as `<c s="1"><v>101</v></c>`. */
export const row = (line: number, ...cells: string[]): string =>
  `<row r="${line}">${cells
    .map((cell, at) => {
      const address = `${LETTERS[at]}${line}`;
      return cell.startsWith("<c")
        ? cell.replace("<c", `<c r="${address}"`)
        : cell === ""
          ? ""
          : inline(cell, address);
    })
    .join("")}</row>`;

export const header = (line = 1) => row(line, "Account", "Name", "Phone", "Zone", "Opt-In");
