// What a person finds to choose from in each kind of menu.
import type { InteractiveElement } from "../block-kit/blocks.ts";
import { type Offer, offersOf } from "../block-kit/elements.ts";
import { filePayload } from "../files/file.ts";
import type { Choice, ChoicesIn } from "../values.ts";
import type { Channel, Workspace } from "../workspace.ts";

/** @param place a view's id, or a message's time stamp */
export const suggestionsAt = (place: string, { action_id = "" }: InteractiveElement): string =>
  `${place} ${action_id}`;

const asOptions = (offers: Iterable<Offer>): Choice[] =>
  [...offers].map((offer) => ({ value: offer.value, told: offer }));
const asIds = (ids: string[]): Choice[] => ids.map((id) => ({ value: id, told: id }));

function kindOf({ isDirect, isPrivate }: Channel): "im" | "private" | "public" {
  return isDirect ? "im" : isPrivate ? "private" : "public";
}

/** Whoever has an account, also guests and people of other companies: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const peopleIn = ({ people }: Workspace): string[] =>
  [...people.values()].filter(({ deleted }) => !deleted).map(({ id }) => id);

/** Private ones that the person is not in don't exist for them. */
const channelsFor = ({ channels }: Workspace, userId: string): Channel[] =>
  [...channels.values()].filter(
    (channel) => !channel.isArchived && (kindOf(channel) === "public" || channel.members.has(userId)),
  );

/** In a view, or in a message: what this person can choose in its elements. */
export function choicesFor(workspace: Workspace, userId: string, place: string): ChoicesIn {
  return ({ element }) => {
    switch (element.type) {
      case "external_select":
      case "multi_external_select": {
        const initial = "initial_option" in element ? [element.initial_option] : [];
        const initials = "initial_options" in element ? (element.initial_options ?? []) : [];
        const found = workspace.suggested.get(suggestionsAt(place, element))?.values() ?? [];
        return asOptions([...initial, ...initials, ...found].filter((it) => it !== undefined));
      }
      case "users_select":
      case "multi_users_select":
        return asIds(peopleIn(workspace));
      case "channels_select":
      case "multi_channels_select":
        return asIds(
          channelsFor(workspace, userId)
            .filter((it) => kindOf(it) === "public")
            .map(({ id }) => id),
        );
      case "conversations_select":
      case "multi_conversations_select": {
        const { include } = element.filter ?? {};
        const isMeant = (it: Channel) => include === undefined || include.includes(kindOf(it));
        return asIds(
          channelsFor(workspace, userId)
            .filter(isMeant)
            .map(({ id }) => id),
        );
      }
      case "file_input":
        return [...workspace.files.values()]
          .filter(({ owner, content }) => owner === userId && content !== undefined)
          .map((file) => ({ value: file.id, told: filePayload(workspace, file) }));
      default:
        return "options" in element || "option_groups" in element ? asOptions(offersOf(element)) : undefined;
    }
  };
}
