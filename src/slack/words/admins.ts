// Who may do what, and who the admins are, for whoever needs one. Pure.
import type { Needed } from "../../board/allowlist.ts";
import { mention } from "./blocks.ts";

/** More are not asked, however many there are. */
const NAMED = 5;

/** "<@U1>, <@U2> or <@U3>" */
export function listAdminsInWords(userIds: readonly string[], before: "and" | "or"): string {
  const named = userIds.slice(0, NAMED).map(mention);
  const last = named.pop() ?? "";
  return named.length === 0 ? last : `${named.join(", ")} ${before} ${last}`;
}

/** What somebody can do who is not on the board's list. */
export function howToBeAdded(admins: readonly string[]): string {
  if (admins.length === 0) return "Whoever set up Headgate can add you.";
  return `An admin can add you: ${listAdminsInWords(admins, "or")}. To ask them, open Headgate in Slack, under Apps, and press “Ask to be added” on its Home.`;
}

const ONLY: Record<Needed, string> = {
  admin: "Only admins can do this.",
  operator: "Only operators and admins can do this; viewers read the log.",
  viewer: "Only admins and viewers can do this.",
  board: "Only people on the board's list can do this.",
};

/** Why somebody of the board may not. */
export const onlyFor = (needed: Needed, admins: readonly string[]): string =>
  `${ONLY[needed]} Nothing was changed; this was recorded.` +
  (admins.length > 0 ? ` The admins are ${listAdminsInWords(admins, "and")}.` : "");
