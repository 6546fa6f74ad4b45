// A page of the members' list, read and drawn.
import type { ModalView, PlainTextOption } from "@slack/web-api";
import { type FoundMember, findMembers } from "../../../members/people/find.ts";
import { writePhone } from "../../../members/phone.ts";
import { escapeForSlack } from "../../../text/slack-markup.ts";
import { listZones, type Zone } from "../../../zones/zones.ts";
import type { SlackContext } from "../../wire/listener.ts";
import { actions, button, clip, modal, section, context as small } from "../../words/blocks.ts";
import type { ListState } from "./place.ts";
import { withWhat } from "./words.ts";

export const MEMBERS_PER_PAGE = 20;

export async function readMemberList(
  { look }: Pick<SlackContext, "look">,
  { who, after, turn }: ListState,
): Promise<ModalView> {
  const [zones, { people, next }] = await Promise.all([
    listZones(look),
    findMembers(look, {
      hasLeft: who === "left",
      ...(typeof who === "number" && { zoneId: who }),
      after,
      limit: MEMBERS_PER_PAGE,
    }),
  ]);
  return membersView({ people, zones, state: { who, after, next, turn } });
}

export type MembersPage = {
  people: readonly FoundMember[];
  zones: readonly Zone[];
  state: ListState;
};

export function membersView({ people, zones, state }: MembersPage): ModalView {
  const { after, next, turn } = state;
  const turns = [
    ...(after ? [button("members-first", "First page", "first")] : []),
    ...(next ? [button("members-next", "Next page", "next")] : []),
  ];
  const rows = people.map((member) => ({
    ...section(`*${withWhat(member, 80)}*\n${rowOf(member)}`),
    accessory: button("open-member", "Open", member.id),
  }));
  return modal({
    title: "Members",
    metadata: JSON.stringify(state),
    blocks: [
      // Another block each time, so that nobody's last choice still stands in it.
      { ...actions(findMenu, whoMenu(zones, state)), block_id: `look-${turn}` },
      small("Find by name, account number, phone or zone."),
      actions(
        button("add-member", "Add a member", "new"),
        button("members-export", "Send me the list as a file", "all"),
      ),
      ...(rows.length > 0 ? rows : [section(nobody(state))]),
      ...(turns.length > 0 ? [actions(...turns)] : []),
      small(
        "Who has a mark behind their name has no account. “All zones” gets what goes to any zone. " +
          "Whoever opens a card is on record.",
      ),
    ],
  });
}

const findMenu = {
  type: "external_select",
  action_id: "find-member",
  placeholder: { type: "plain_text", text: "Find a member" },
  min_query_length: 2,
} as const;

const option = (text: string, value: string | number): PlainTextOption => ({
  text: { type: "plain_text", text: clip(text, 75), emoji: false },
  value: String(value),
});

function whoMenu(zones: readonly Zone[], { who }: ListState) {
  const people = [option("Everybody", "all"), option("Who has left the co-op", "left")];
  const places = zones.map(({ id, name }) => option(name, id));
  const chosen = [...people, ...places].find(({ value }) => value === String(who));
  const group = (label: string, options: PlainTextOption[]) =>
    options.length === 0 ? [] : [{ label: { type: "plain_text" as const, text: label }, options }];
  return {
    type: "static_select" as const,
    action_id: "members-who",
    placeholder: { type: "plain_text" as const, text: "Show" },
    option_groups: [...group("Show", people), ...group("One zone", places)],
    ...(chosen && { initial_option: chosen }),
  };
}

function nobody({ who, after }: ListState): string {
  if (after) return "Nobody comes after those. The list has changed meanwhile.";
  if (who === "left") return "Nobody has left the co-op.";
  return who === "all" ? "Nobody is on the list yet." : "Nobody is in this zone.";
}

/** "Account 1001 · North Ridge · (206) 555-0101" */
function rowOf({ account, zone, phones, isReached, leftAt }: FoundMember): string {
  const [first, ...more] = phones;
  const facts = [
    account === null ? "No account" : `Account ${escapeForSlack(clip(account, 40))}`,
    escapeForSlack(zone),
    first === undefined
      ? "no mobile number"
      : // On a narrow screen it is not cut in two.
        writePhone(first).replaceAll(" ", "\u00a0") + (more.length > 0 ? ` and ${more.length} more` : ""),
  ];
  const standing = leftAt ? "\nLeft the co-op" : isReached ? "" : "\n:warning: No text reaches them";
  return facts.filter((fact) => fact !== "").join(" · ") + standing;
}

/** What the menu offers while somebody types. */
export function offerOf(member: FoundMember): PlainTextOption {
  const { id, name, account, about, zone, phones, leftAt } = member;
  const who = `${clip(name, 45)} · ${account ?? about ?? ""}`;
  const where = [zone, ...phones.slice(0, 1).map(writePhone), ...(leftAt ? ["left the co-op"] : [])];
  const more = where.filter((fact) => fact !== "").join(" · ");
  return {
    ...option(who, id),
    ...(more && { description: { type: "plain_text", text: clip(more, 75), emoji: false } }),
  };
}
