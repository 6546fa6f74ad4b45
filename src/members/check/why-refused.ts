// Why nothing of a row is taken: whole sentences, with the cure.
import { MAX_ZONE_NAME, MAX_ZONES, zoneKey } from "../../zones/zones.ts";
import type { MemberRow } from "../columns.ts";
import { hasLostLetter, isFooter, isNoValue } from "./no-values.ts";

const MAX_NAME = 80;
const MAX_ACCOUNT = 40;

/** A row with its account as Headgate has it; `doubt` says why that is not certain. */
type Row = MemberRow & { written: string; doubt?: string | undefined };

/** @param zoneKeys those of Headgate, and of the rows above */
export function whyRefused(row: Row, zoneKeys: ReadonlySet<string>): string | undefined {
  const { account, name, zone, overflows, problem, doubt } = row;
  if (problem !== undefined) return problem;
  if (overflows) {
    return (
      "The row has more cells than there are columns with a name. " +
      "A comma within a cell needs quotes around the cell, and a column of notes needs a name."
    );
  }
  if (doubt !== undefined) return doubt;
  if (account === "") return "There is no account number.";
  if (account.length > MAX_ACCOUNT) return `The account number is longer than ${MAX_ACCOUNT} characters.`;
  if (name === "") return "There is no name.";
  if (name.length > MAX_NAME) return `The name is longer than ${MAX_NAME} characters.`;
  if (zone === "") return "There is no zone, so no alert would reach this member.";
  return whyNoValue(row) ?? whyNoZone(zone, zoneKeys);
}

function whyNoValue({ written, name, zone }: Row): string | undefined {
  const needed = { "account number": written, name, zone };
  const [empty] = Object.entries(needed).find(([, text]) => isNoValue(text)) ?? [];
  if (empty) return `The ${empty} is a mark, an error of Excel's or a word for nothing, and no ${empty}.`;
  if (isFooter(written)) return `"${written}" is no account number. It seems to be the list's footer.`;
  if ([name, zone].some((text) => /^[\d\s()+.-]{7,}$/.test(text))) {
    return "A phone number stands where the name or the zone should be: the cells of this row have moved.";
  }
  if (!/\p{L}/u.test(name) || /^page \d/i.test(name)) return `"${name}" is no name.`;
  const lost = [name, zone].find(hasLostLetter);
  if (lost) return `A letter is lost in "${lost}". Correct it, or save the list anew as "CSV UTF-8".`;
  return undefined;
}

function whyNoZone(zone: string, zoneKeys: ReadonlySet<string>): string | undefined {
  if (zone.length > MAX_ZONE_NAME) return `The zone's name is longer than ${MAX_ZONE_NAME} characters.`;
  if (!zoneKeys.has(zoneKey(zone)) && zoneKeys.size >= MAX_ZONES) {
    return `The zone "${zone}" is new, and there are ${MAX_ZONES} zones already, which is as many as there can be.`;
  }
  return undefined;
}

/** @returns undefined where both rows say the same */
export function whyNotAgain(row: Row, first: Row): string | undefined {
  const same =
    row.name === first.name &&
    row.phone === first.phone &&
    zoneKey(row.zone) === zoneKey(first.zone) &&
    row.language === first.language &&
    row.saysNoTexts === first.saysNoTexts;
  if (same) return undefined;
  const areBoth = row.phone !== "" && first.phone !== "" && row.phone !== first.phone;
  const isOtherPhone = areBoth && row.name === first.name && zoneKey(row.zone) === zoneKey(first.zone);
  if (isOtherPhone) {
    return (
      `The account is on line ${first.line} already, with another phone. A member's second number is added in ` +
      "Headgate: there it stays, whatever the list says."
    );
  }
  const as = row.written === first.written ? "" : `, as ${first.written}`;
  return `The account is on line ${first.line} already${as}, with other details.`;
}

/** Where the file has it as Headgate has it, too: that row is taken. */
export const whyNotFirst = (account: string): string =>
  `It may be account ${account}, which has a row of its own. Write the account number in full.`;
