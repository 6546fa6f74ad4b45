// https://docs.slack.dev/reference/events/user_change
// https://docs.slack.dev/reference/events/user_guest_status_changed
import { userPayload } from "../methods/people.ts";
import type { Sender } from "../send.ts";
import { personOf, type SlackPerson, type Workspace } from "../workspace.ts";
import { tell } from "./tell.ts";

export type PersonChange = Partial<
  Pick<SlackPerson, "name" | "realName" | "deleted" | "isRestricted" | "isUltraRestricted">
>;

/** Whoever's account is closed is in no channel any more, and has nothing open. */
function settle(workspace: Workspace, { id, deleted, channelIds }: SlackPerson): void {
  for (const channel of workspace.channels.values()) {
    if (channel.isDirect) continue;
    if (deleted) channel.members.delete(id);
    else if (channelIds.includes(channel.id)) channel.members.add(id);
  }
  if (deleted) workspace.views.delete(id);
}

export function changePerson(
  workspace: Workspace,
  sender: Sender,
  userId: string,
  change: PersonChange,
): void {
  const before = personOf(workspace, userId);
  const person = { ...before, ...change };
  workspace.people.set(userId, person);
  if (person.deleted !== before.deleted) settle(workspace, person);
  workspace.changed();

  const event_ts = workspace.newTs();
  const time = Math.floor(Number(event_ts));
  const told = { user: { ...userPayload(person), updated: time }, cache_ts: time, event_ts };
  const wasGuest = before.isRestricted || before.isUltraRestricted;
  const isOtherGuest =
    person.isRestricted !== before.isRestricted || person.isUltraRestricted !== before.isUltraRestricted;
  tell(workspace, sender, "user_change", { type: "user_change", ...told });
  if (isOtherGuest || (wasGuest && person.deleted && !before.deleted)) {
    tell(workspace, sender, "user_guest_status_changed", { type: "user_guest_status_changed", ...told });
  }
}
