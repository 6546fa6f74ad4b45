// Whose draft it is, before anybody changes or sends it.
import { expect, test } from "vitest";
import { whyNotOwnDraft } from "../../../src/alerts/draft.ts";

const priya = { teamId: "T0MILL", userId: "U0PRIYA" };
const of = (status: string, user = priya) => ({ status, teamId: user.teamId, authorId: user.userId });

test.each([
  [undefined, "not there"],
  [of("draft", { ...priya, userId: "U0DALE" }), "not the author"],
  [of("draft", { ...priya, teamId: "T0OTHER" }), "not the author"],
  [of("confirmed", { ...priya, userId: "U0DALE" }), "not the author"],
  [of("draft"), undefined],
  [of("discarded"), "discarded already"],
  [of("confirmed"), "sent already"],
])("of %j: %s", (alert, why) => expect(whyNotOwnDraft(alert, priya)).toBe(why));
