// The list of members as a file that opens in a spreadsheet.
import { listEverybody, whyNoTexts } from "../../members/people/everybody.ts";
import { nameTimeZone } from "../../text/words.ts";
import { phoneCell, toCsv } from "../files/csv.ts";
import type { Contents } from "../files/send.ts";

/**
 * A row for each number. Members and zones can come back in by an import of it.
 *
 * @param nameOf what somebody of the board is called, who wrote down a consent
 */
export function memberContents({
  timeZone,
  nameOf,
}: {
  timeZone: string;
  nameOf: (userId: string) => Promise<string>;
}): Contents {
  const clock = nameTimeZone(timeZone);
  const names = new Map<string, string>();
  return {
    "members.csv": (rows) =>
      toCsv(
        named(rows(listEverybody), names, nameOf),
        {
          account: (row) => row.account,
          name: (row) => row.name,
          "what they are": (row) => row.about,
          zone: (row) => row.zone,
          language: (row) => row.language,
          phone: (row) => phoneCell(row.phone),
          "number from": (row) => (row.phone === null ? "" : row.isListed ? "the list" : "Headgate"),
          "gets texts": (row) => (whyNoTexts(row) === undefined ? "yes" : "no"),
          "why not": (row) => whyNoTexts(row),
          [`opted out (${clock})`]: (row) => row.optedOutAt,
          "opted out by": (row) => row.optedOutBy,
          "consent from": (row) => row.consentFrom,
          "consent in words": (row) => row.consentWords,
          [`consent since (${clock})`]: (row) => row.consentAt,
          "consent written down by": ({ consentBy }) => names.get(consentBy ?? "") ?? consentBy,
          [`left the co-op (${clock})`]: (row) => row.leftAt,
          [`in Headgate since (${clock})`]: (row) => row.addedAt,
        },
        timeZone,
      ),
  };
}

/** Passes the rows on when it knows everybody of the board in them. */
async function* named<Row extends { consentBy: string | null; consentTeam: string | null }>(
  lots: AsyncIterable<Row[]>,
  names: Map<string, string>,
  nameOf: (userId: string) => Promise<string>,
): AsyncGenerator<Row[]> {
  for await (const lot of lots) {
    const ids = lot.flatMap(({ consentBy, consentTeam }) =>
      consentBy !== null && consentTeam !== null ? [consentBy] : [],
    );
    for (const id of new Set(ids)) if (!names.has(id)) names.set(id, await nameOf(id));
    yield lot;
  }
}
