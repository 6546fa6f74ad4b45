// Rows whose cells have moved on by one, because a comma within a cell had no quotes: "1001,Ruiz, Ana,North".
import type { CountryCode } from "libphonenumber-js/max";
import { zoneKey } from "../../zones/zones.ts";
import type { MemberRow } from "../columns.ts";
import { parsePhone } from "../phone.ts";

/** What fewer of the sound rows have in a column is an exception there. */
const USUAL = 0.05;

const MOVED =
  "The cells of this row seem to have moved: a comma within a cell needs quotes around the cell. Here";

/**
 * @param stored the zones of Headgate, by their keys
 * @returns for a row of them, why it is not believed
 */
export function learnPlaces(
  rows: readonly MemberRow[],
  stored: ReadonlySet<string>,
  country: CountryCode,
): (row: MemberRow) => string | undefined {
  const byZone = Map.groupBy(rows, ({ zone }) => zoneKey(zone));
  const isZone = (cell: string) => cell !== "" && (stored.has(zoneKey(cell)) || byZone.has(zoneKey(cell)));
  const isPhone = (cell: string) => /(\d\D*){7}/.test(cell) && parsePhone(cell, country).kind === "phone";
  const hasNoPhone = ({ phone }: MemberRow) => phone !== "" && !/\d/.test(phone);
  const isAlone = ({ zone }: MemberRow) =>
    !stored.has(zoneKey(zone)) && byZone.get(zoneKey(zone))?.length === 1;
  const findPhone = createFinder(rows, hasNoPhone, isPhone, false);
  const findZone = createFinder(rows, isAlone, isZone, true);
  return (row) => {
    if (findPhone(row) !== undefined) {
      return `${MOVED} "${row.phone}" stands for the phone, and a phone stands in another column.`;
    }
    const zone = findZone(row);
    return zone && `${MOVED} the zone would be "${row.zone}", and "${zone}" stands in another column.`;
  };
}

/**
 * @param otherwise whether a column is taken to have such things where no row is sound
 * @returns for a suspect row, what stands in a column where sound rows have no such thing
 */
function createFinder(
  rows: readonly MemberRow[],
  isSuspect: (row: MemberRow) => boolean,
  is: (cell: string) => boolean,
  otherwise: boolean,
): (row: MemberRow) => string | undefined {
  const isUsual = new Map<number, boolean>();
  const look = (at: number): boolean => {
    const sound = rows.filter((row) => !isSuspect(row));
    if (sound.length === 0) return otherwise;
    return sound.filter(({ elsewhere }) => is(elsewhere[at] ?? "")).length > sound.length * USUAL;
  };
  return (row) => {
    if (!isSuspect(row)) return undefined;
    return row.elsewhere.find((cell, at) => {
      if (!is(cell)) return false;
      if (!isUsual.has(at)) isUsual.set(at, look(at));
      return isUsual.get(at) === false;
    });
  };
}
