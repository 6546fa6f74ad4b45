// The Home tab: whoever opens it sees theirs, and begins there.

import type { Role } from "../../board/allowlist.ts";
import { confirmPerson } from "../../board/confirmed.ts";
import { approveRequest, type Decided, findRequest, refuseRequest } from "../../board/requests.ts";
import { openLog } from "../log/log.ts";
import type {
  Action,
  ActionInput,
  Answer,
  Event,
  SlackContext,
  Visit,
  VisitContext,
} from "../wire/listener.ts";
import { mention } from "../words/blocks.ts";

export const openHome = async ({ visitor }: Visit & Event, context: VisitContext): Promise<Answer> => ({
  after: () => context.openHome(visitor),
});

export const logFromHome = (input: ActionInput, context: SlackContext): Promise<Answer> =>
  openLog({ ...input, text: "" }, context);

/** "Ask to be added". What came of it stands on their Home. */
export async function ask({ visitor, askToBeAdded }: Visit & Action, context: VisitContext): Promise<Answer> {
  const after = () => context.openHome(visitor);
  const asked = await askToBeAdded();
  if (asked !== "too soon") return { after };
  return {
    failed:
      "You asked before, and it was decided. You can ask again tomorrow; or speak with one of the admins.",
    after,
  };
}

/** An admin adds whoever has asked. */
export const approveAs =
  (role: Role) =>
  async ({ member, change, ids: [requestId = 0] }: ActionInput, context: SlackContext): Promise<Answer> => {
    const asking = await findRequest(context.look, requestId, member.teamId);
    if (!asking) return notThere(context, member);
    const person = await confirmPerson(asking, context.whyNever);
    if ("never" in person) return { failed: `They were not added: ${person.never}.` };
    const outcome = await change((tx) => approveRequest(tx, { requestId, person, role, admin: member }));
    if (outcome === "not there") return notThere(context, member);
    const after = () => Promise.all([context.showHome(member), context.showHome(asking)]);
    if (outcome === "added") return { after };
    if (outcome === "on the board")
      return { failed: `${mention(asking.userId)} is on the board already.`, after };
    return { failed: wasDecided(outcome), after };
  };

export async function refuse(
  { member, change, ids: [requestId = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const asking = await findRequest(context.look, requestId, member.teamId);
  const outcome = await change((tx) => refuseRequest(tx, { requestId, admin: member }));
  if (!asking || outcome === "not there") return notThere(context, member);
  const after = () => Promise.all([context.showHome(member), context.showHome(asking)]);
  return outcome === "refused" ? { after } : { failed: wasDecided(outcome), after };
}

const notThere = ({ showHome }: SlackContext, member: ActionInput["member"]): Answer => ({
  failed: "This request is not there any more.",
  after: () => showHome(member),
});

const wasDecided = ({ decidedBy, role }: Decided): string =>
  `${mention(decidedBy)} was faster: they were ${role === null ? "refused" : `added as ${role}`}. Nothing was changed by your press.`;
