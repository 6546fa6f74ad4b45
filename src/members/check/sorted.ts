// A column that was sorted by itself: many members would get what is another's.
import { zoneKey } from "../../zones/zones.ts";
import { nameKey } from "../accounts/renumber.ts";
import type { Member } from "../plan.ts";

/** What a file may have moved from member to member. */
export const SORTABLE = ["name", "phone", "zone"] as const;
type Sortable = (typeof SORTABLE)[number];

/** Many members would get what another has. */
export type SortedQuestion = {
  about: "sorted";
  column: Sortable;
  rows: number;
  of: number;
  examples: { line: number; account: string; name: string; before: string }[];
};

/** A row of somebody who is in Headgate: how they stand there, and how they would. */
export type Change = { line: number; was: Member; is: Member };

const EXAMPLES = 3;
const LEAST = 2;
/** Beyond this share of the rows it is no coincidence. */
const PART = { name: 1 / 3, phone: 1 / 3, zone: 1 / 5 };
/** Of the zones that change, at most this share is not only changed about. */
const SLACK = 1 / 5;

const keyOf = {
  name: ({ name }: Member) => nameKey(name),
  phone: ({ phone }: Member) => phone ?? "",
  zone: ({ zone }: Member) => zoneKey(zone),
};

export function findSorted(changes: readonly Change[]): SortedQuestion[] {
  return SORTABLE.flatMap((column) => {
    const key = keyOf[column];
    const filled = changes.filter(({ was, is }) => key(was) !== "" || key(is) !== "");
    const holders = Map.groupBy(filled, ({ was }) => key(was));
    const moved = filled.filter(
      ({ was, is }) => key(is) !== key(was) && key(is) !== "" && holders.has(key(is)),
    );
    if (moved.length < LEAST || moved.length <= filled.length * PART[column]) return [];
    // Zones are shared: where they have only changed places, each is left by as many as come.
    if (column === "zone" && countUneven(moved) > moved.length * SLACK) return [];
    const examples = moved.slice(0, EXAMPLES).map(({ line, was, is }) => ({
      line,
      account: is.account,
      name: column === "name" ? was.name : is.name,
      before: describeHolder(column, is, holders.get(key(is))?.[0]?.was),
    }));
    return [{ about: "sorted" as const, column, rows: moved.length, of: filled.length, examples }];
  });
}

const describeHolder = (column: Sortable, is: Member, holder: Member | undefined): string =>
  column === "zone" ? `others, ${is.zone}` : `account ${holder?.account ?? ""}, ${holder?.name ?? ""}`;

function countUneven(moved: readonly Change[]): number {
  const balance = new Map<string, number>();
  const add = (zone: string, by: number) => balance.set(zone, (balance.get(zone) ?? 0) + by);
  for (const { was, is } of moved) {
    add(keyOf.zone(was), -1);
    add(keyOf.zone(is), 1);
  }
  return [...balance.values()].reduce((sum, each) => sum + Math.abs(each), 0) / 2;
}
