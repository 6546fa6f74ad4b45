// Somebody is erased, for good: who they were is made unreadable everywhere, and of what was sent the text, times,
// outcomes and counts stay. What outlives them is told in members/erase/digests.ts.
import { type Actor, record } from "../audit/audit.ts";
import type { Tx } from "../db/open.ts";
import { eraseFromDeliveries, isStillSentTo } from "../deliveries/erase.ts";
import {
  eraseAnswers,
  eraseFromList,
  eraseNumbers,
  findNobodyElses,
  listNamesOf,
} from "../members/erase/erase.ts";
import { forgetAllImports } from "../members/imports/rows.ts";
import { isLocked, lockMember, type NotChanged, refused, type Seen } from "../members/people/lock.ts";
import { listNumbersOf } from "../members/people/theirs.ts";
import { eraseBoardMessages, eraseTexts, type ShownInSlack } from "../replies/erase.ts";

export type Erased = {
  outcome: "erased";
  /** Texts that waited to be sent to them, and will not be. */
  canceled: number;
  /** Numbers that somebody else has too, so that they stay known as theirs. */
  shared: number;
  /** Messages in Slack that show their words: only Slack can take them back. */
  shown: ShownInSlack[];
};

/**
 * The caller has asked twice, and goes through changeMembers, so that nothing that is confirmed is still to be frozen.
 * From the commit on no text leaves for them. While one is being handed over, nothing is changed.
 */
export async function eraseMember(tx: Tx, seen: Seen, actor: Actor): Promise<Erased | NotChanged> {
  const was = await lockMember(tx, seen);
  if (!isLocked(was)) return was;
  const [phones, names] = [await listNumbersOf(tx, was.id), await listNamesOf(tx, was)];
  const erasing = { memberId: was.id, phones };
  const alone = await findNobodyElses(tx, erasing);
  if (await isStillSentTo(tx, erasing, alone)) {
    return refused(
      "An alert under way may still go to a number of theirs that somebody else had too. Nothing was changed. " +
        "Try again when it is over.",
    );
  }
  const sent = await eraseFromDeliveries(tx, erasing);
  if (sent === undefined) {
    return refused(
      "A text to them is being handed over just now. Nothing was changed. Try again in a minute.",
    );
  }
  const { texts, shown } = await eraseTexts(tx, erasing);
  await eraseFromList(tx, was, actor);
  await eraseNumbers(tx, alone);
  await eraseBoardMessages(tx, names, alone);
  await eraseAnswers(tx, names, alone);
  await forgetAllImports(tx);
  const { deliveries, canceled } = sent;
  const detail = { numbers: phones.length, deliveries, canceled, texts };
  await record(tx, { actor, action: "member erased", memberId: was.id, detail });
  return { outcome: "erased", canceled, shared: phones.length - alone.length, shown };
}
