// https://docs.slack.dev/reference/methods/users.info
import { z } from "zod";
import type { SlackPerson } from "../workspace.ts";
import { fail, id, type Method, method, tier4 } from "./method.ts";

/** The person in the form in which Slack tells the app of them. */
export const userPayload = (person: SlackPerson) => ({
  id: person.id,
  team_id: person.teamId,
  name: person.name,
  real_name: person.realName,
  deleted: person.deleted,
  profile: { real_name: person.realName, display_name: person.name, team: person.teamId },
  is_bot: person.isBot,
  is_app_user: false,
  is_restricted: person.isRestricted,
  is_ultra_restricted: person.isUltraRestricted,
  ...(person.isStranger ? { is_stranger: true } : {}),
  tz: "America/Los_Angeles",
  updated: 0,
});

export const peopleMethods: Record<string, Method> = {
  "auth.test": method({ perMinute: 600 }, z.object({}), ({ team, app }) => ({
    ok: true,
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: app.name.toLowerCase(),
    team_id: team.id,
    user_id: app.userId,
    bot_id: app.botId,
    is_enterprise_install: false,
  })),

  "users.info": method(
    { scope: "users:read", perMinute: tier4 },
    z.object({ user: id }),
    (workspace, { user }) => {
      const person = workspace.people.get(user);
      if (person === undefined) return fail("user_not_found");
      return { ok: true, user: userPayload(person) };
    },
  ),
};
