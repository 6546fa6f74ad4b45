// The modals about the board's people. Pure.
import type { KnownBlock, ModalView, RadioButtons } from "@slack/web-api";
import { type BoardMember, type Role, roles } from "../../../board/allowlist.ts";
import { asSentence, plural } from "../../../text/words.ts";
import {
  actions,
  areYouSure,
  button,
  clip,
  context,
  input,
  mention,
  modal,
  section,
} from "../../words/blocks.ts";

export const PEOPLE_PER_PAGE = 40;

/** In 75 characters. */
const MAY: Record<Role, string> = {
  operator: "Writes and sends alerts. Does not read the log.",
  admin: "May all of this, reads the log, and looks after members, zones, board.",
  viewer: "Reads the log, and sends nothing.",
};

const alarms = ({ role, alarmPhone, phone }: BoardMember): string => {
  if (role !== "admin") return "";
  if (alarmPhone !== null) return "; phone for alarms proven";
  return phone === null ? "; no phone for alarms" : "; phone for alarms not proven yet";
};

export type BoardPage = {
  people: readonly BoardMember[];
  /** How many stand on the pages before this one. */
  before: number;
  total: number;
  adminCount: number;
  /** Who looks at it. */
  userId: string;
};

export function boardView({ people, before, total, adminCount, userId }: BoardPage): ModalView {
  const last = before + people.length;
  const turns = [
    ...(before > 0 ? [button("board-first", "Back to the first", 0)] : []),
    ...(last < total ? [button("board-next", "Next", last)] : []),
  ];
  const which = turns.length > 0 ? ` (${before + 1} to ${last})` : "";
  return modal({
    title: "Board",
    blocks: [
      section(`*${plural(total, "person", "people")} on the board's list*${which}`),
      actions(
        button("board-add", "Add somebody", "new"),
        button("alarm-phone", "My phone for alarms", "mine"),
      ),
      ...(adminCount < 2
        ? [
            section(
              ":warning: There is only one admin. If they can't be reached, nobody can look after this.",
            ),
          ]
        : []),
      ...people.map(
        (person): KnownBlock => ({
          ...section(
            `${mention(person.userId)}${person.userId === userId ? " (you)" : ""}\n` +
              `${asSentence(person.role)}${alarms(person)}`,
          ),
          accessory: button("board-open", "Change", person.userId),
        }),
      ),
      context(
        "Admins are texted when an alert has halted and Slack can't be told: at the phone that they have proven here, " +
          "or else at the one that they gave for a test.",
      ),
      ...(turns.length > 0 ? [actions(...turns)] : []),
    ],
  });
}

function roleField(chosen?: Role) {
  const options = roles.map((role) => ({
    value: role,
    text: { type: "plain_text" as const, text: asSentence(role) },
    description: { type: "plain_text" as const, text: MAY[role] },
  }));
  const initial = options.find(({ value }) => value === chosen);
  const element: RadioButtons = {
    type: "radio_buttons",
    options,
    ...(initial && { initial_option: initial }),
  };
  return input("role", "Role", element);
}

export const newPersonView = (): ModalView =>
  modal({
    title: "Add somebody",
    form: { name: "board-new", metadata: "", submit: "Add" },
    blocks: [
      input(
        "who",
        "Who",
        { type: "users_select", placeholder: { type: "plain_text", text: "Choose somebody" } },
        "A full member of this Slack workspace. They see it when they open Headgate.",
      ),
      roleField(),
    ],
  });

/** @param name as they are called in Slack @param reviews how many of theirs are open */
export function personView(
  { userId, role }: BoardMember,
  { name, reviews, metadata }: { name: string; reviews: number; metadata: string },
): ModalView {
  const lapsing =
    reviews === 0
      ? "What they have reviewed and not sent lapses"
      : `${plural(reviews, "open review")} of theirs ${reviews === 1 ? "lapses" : "lapse"}`;
  return modal({
    title: "On the board",
    form: { name: "board-role", metadata, submit: "Save" },
    blocks: [
      section(mention(userId)),
      roleField(role),
      context(`As a viewer they send no more. ${lapsing}.`),
      actions(
        button("board-remove", "Remove from the board", userId, {
          style: "danger",
          confirm: areYouSure(
            "Remove them from the board?",
            `${clip(name, 80)} can do nothing here any more, from this moment on. ${lapsing}, and nothing of that is sent. ` +
              "They can be added again.",
            "Remove",
            "Keep them",
            "danger",
          ),
        }),
      ),
    ],
  });
}
