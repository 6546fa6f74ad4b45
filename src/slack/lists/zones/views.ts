// The modals about zones. Pure.
import type { KnownBlock, ModalView, PlainTextOption, StaticSelect } from "@slack/web-api";
import { escapeForSlack } from "../../../text/slack-markup.ts";
import { number, plural } from "../../../text/words.ts";
import type { SeenZone } from "../../../zones/change.ts";
import type { ZoneWithReach } from "../../../zones/reach.ts";
import { MAX_ZONE_NAME } from "../../../zones/zones.ts";
import type { ActionName } from "../../index.ts";
import { actions, areYouSure, button, clip, input, modal, section } from "../../words/blocks.ts";

/** "56 members, 51 reached by text" */
function describeReach({ members, reached }: Pick<ZoneWithReach, "members" | "reached">): string {
  if (members === 0) return "Nobody is in it";
  return `${plural(members, "member")}, ${reached === 0 ? "none" : number(reached)} reached by text`;
}

/** There are at most 99 zones, and a view has 100 blocks: one for each, and the first. */
export function zonesView(zones: readonly ZoneWithReach[]): ModalView {
  const about =
    zones.length === 0
      ? "There are no zones yet. Add the first, or import the members' list: it brings its zones along."
      : `*${plural(zones.length, "zone")}.* Whoever writes an alert chooses to which of them it goes.`;
  return modal({
    title: "Zones",
    blocks: [
      { ...section(about), accessory: button("zone-add", "Add a zone", "new") },
      ...zones.map(
        (zone): KnownBlock => ({
          ...section(`*${escapeForSlack(zone.name)}*\n${describeReach(zone)}`),
          accessory: button("zone-open", "Change", zone.id),
        }),
      ),
    ],
  });
}

const seenAs = ({ id, version }: SeenZone): string => `${id}:${version}`;

const optionOf = (from: SeenZone, into: ZoneWithReach): PlainTextOption => ({
  value: `${seenAs(from)}:${seenAs(into)}`,
  text: {
    type: "plain_text",
    text: clip(`${into.name} (${plural(into.members, "member")})`, 75),
    emoji: false,
  },
});

function mergeSelect(zone: ZoneWithReach, others: readonly ZoneWithReach[]): StaticSelect {
  const { name, members } = zone;
  const moving =
    members === 0
      ? "Nobody moves"
      : `${plural(members, "member")} of ${name} move to the zone that you chose`;
  return {
    type: "static_select",
    action_id: "zone-merge" satisfies ActionName,
    placeholder: { type: "plain_text", text: "Merge into ..." },
    options: others.map((other) => optionOf(zone, other)),
    confirm: areYouSure(
      "Merge these zones?",
      `${moving}. ${name} is gone then; alerts of the past keep its name. Nobody is texted. This can't be undone.`,
      "Merge",
      "Don't merge",
      "danger",
    ),
  };
}

export function zoneView(zone: ZoneWithReach, others: readonly ZoneWithReach[]): ModalView {
  const { name, members } = zone;
  const merging = (): KnownBlock[] => [
    section(
      members === 0
        ? "*Merge it into another zone:* it is gone then, and alerts of the past keep its name."
        : "*Merge it into another zone:* everybody in it moves there, and this one is gone.",
    ),
    { type: "actions", elements: [mergeSelect(zone, others)] },
  ];
  const removal: KnownBlock =
    members === 0
      ? actions(
          button("zone-remove", "Remove", seenAs(zone), {
            style: "danger",
            confirm: areYouSure(
              "Remove this zone?",
              `Nobody is in ${name}. It can't be chosen for an alert any more; alerts of the past keep its name.`,
              "Remove",
              "Keep it",
              "danger",
            ),
          }),
        )
      : section("It can be removed once nobody is in it: merge it, or move its members first.");
  return modal({
    title: "Zone",
    blocks: [
      {
        ...section(`*${escapeForSlack(name)}*\n${describeReach(zone)}`),
        accessory: button("zone-rename", "Rename", zone.id),
      },
      ...(others.length > 0 ? merging() : []),
      removal,
    ],
  });
}

const nameField = (name?: string) =>
  input(
    "zone-name",
    "Name",
    {
      type: "plain_text_input",
      max_length: 200,
      placeholder: { type: "plain_text", text: "River Road" },
      ...(name !== undefined && { initial_value: name }),
    },
    `At most ${MAX_ZONE_NAME} characters. The board sees it; members don't.`,
  );

export const newZoneView = (): ModalView =>
  modal({
    title: "Add a zone",
    form: { name: "zone-new", metadata: "", submit: "Add" },
    blocks: [nameField()],
  });

/** @param metadata which zone, and what else the form has to know */
export const zoneNameView = (name: string, metadata: string): ModalView =>
  modal({
    title: "Rename this zone",
    form: { name: "zone-name", metadata, submit: "Rename" },
    blocks: [
      nameField(name),
      section(
        "Alerts of the past keep the name that they were sent under. " +
          "Call it the same in the members' file, or the next import makes a zone of the old name again.",
      ),
    ],
  });
