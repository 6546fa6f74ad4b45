// Every row of a list and what becomes of it, as a file: a preview shows the first of them.
import type { ImportReport } from "../../../members/import.ts";
import { toCsv } from "../../files/csv.ts";

type Line = { line: number | null; account: string; name: string; outcome: string; notes: readonly string[] };

export async function detailsOf({ rows, notInFile, areMarkedLeft }: ImportReport, timeZone: string) {
  const outcome = areMarkedLeft
    ? "not in the file: has left the co-op"
    : "not in the file: stays as they are";
  const others = notInFile.map(
    ({ account, name }): Line => ({ line: null, account, name, outcome, notes: [] }),
  );
  const pieces = toCsv(
    lots([...rows, ...others]),
    {
      line: ({ line }) => line,
      account: ({ account }) => account,
      name: ({ name }) => name,
      "what becomes of it": ({ outcome }) => outcome,
      notes: ({ notes }) => notes.join(" "),
    },
    timeZone,
  );
  return (await Array.fromAsync(pieces)).join("");
}

async function* lots(lines: readonly Line[]): AsyncGenerator<readonly Line[]> {
  yield lines;
}
