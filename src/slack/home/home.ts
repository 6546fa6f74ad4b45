// The Home tab: whoever opens it sees theirs.

import { newAlert } from "../alert/compose.ts";
import { openLog } from "../log/log.ts";
import type { ActionInput, Answer, Event, SlackContext, Visit, VisitContext } from "../wire/listener.ts";

export const openHome = async ({ visitor }: Visit & Event, context: VisitContext): Promise<Answer> => ({
  after: () => context.openHome(visitor),
});

export const writeFromHome = (input: ActionInput, context: SlackContext): Promise<Answer> =>
  newAlert({ ...input, text: "" }, context);

export const logFromHome = (input: ActionInput, context: SlackContext): Promise<Answer> =>
  openLog({ ...input, text: "" }, context);
