// "Export list", for admins: everybody on the list as a file that opens in a spreadsheet.
import type { ActionInput, Answer, SlackContext } from "../wire/listener.ts";
import { memberContents } from "./members-file.ts";

export async function exportList(
  { member, recordLook }: ActionInput,
  { sendFiles, settings: { timeZone }, nameOf }: SlackContext,
): Promise<Answer> {
  return sendFiles(member.userId, {
    what: "The member list",
    record: () => recordLook({ action: "exported" }),
    tell: "The member list is on its way to you as a direct message from Headgate.",
    comment:
      "The member list, a row for each number. It names members and their phones: keep it safe, and delete it when you " +
      "have done with it.",
    contents: memberContents({ timeZone, nameOf }),
  });
}
