// What Headgate says of itself: to /alert help, and to whoever writes to it as if it were a person.
import { type BoardMember, listAdmins } from "../../board/allowlist.ts";
import type { Answer, EventInput, SlackContext } from "../wire/listener.ts";
import { listAdminsInWords } from "../words/admins.ts";

const ASKS =
  /^\W*(please )?(help|help me|how|how to|usage|commands|ayuda|how does (this|it) work|what can you do)( please)?\W*$|^\W*-h$|^[\s?]*\?[\s?]*$/i;

/** Behind a command: nobody texts that to members. */
export const asksForHelp = (text: string): boolean => ASKS.test(text.trim());

export async function tellHelp(member: BoardMember, { look }: Pick<SlackContext, "look">): Promise<Answer> {
  return { tell: describeUse(member, await listAdmins(look, member.teamId)) };
}

/** Somebody wrote to Headgate: it must be plain that no member got that. */
export async function answerWriter({ member }: EventInput, context: SlackContext): Promise<Answer> {
  const { tell } = await tellHelp(member, context);
  return {
    tell: `Nothing was sent to members by your message: nobody reads what is written here.\n\n${tell}`,
  };
}

export function describeUse({ role }: Pick<BoardMember, "role">, admins: readonly string[]): string {
  if (role === "viewer") return describeReading(admins);
  return [
    "*To text members*, type `/alert` in any channel. A form opens: choose zones, write the message, press *Review*. " +
      "You then see exactly who would get what. Nothing is sent before you press *Send* there.",
    "• `/alert` and the words behind it put these into the form.",
    "• *Send me a test* texts your own phone alone, *Edit* changes the alert, *Discard* drops it.",
    "• Once it is sent, its message counts who got it. *Stop* ends what has not left yet; what has left can't be taken back.",
    "• The thread below it says who was not reached: tell them in another way. Where a second try may help, *Try again* or *Resend* stands there.",
    "• *Halted* means that nothing more goes out until somebody has mended the cause, and presses *Resume*.",
    "• What members text back appears in that thread. No answer goes to them by itself: call them.",
    ...(role === "admin"
      ? ["• `/alert-log` shows what was sent, to whom, and what came of it, also as files."]
      : []),
    ...whomToAsk(admins),
  ].join("\n");
}

const describeReading = (admins: readonly string[]): string =>
  [
    "*To see what was texted to members*, type `/alert-log` in any channel: what was sent, to whom, and what came of it, " +
      "also as files. You are a viewer: you read all of it, and send nothing.",
    ...whomToAsk(admins),
  ].join("\n");

const whomToAsk = (admins: readonly string[]): string[] => [
  ...(admins.length > 0 ? [`• Who may send is up to the admins: ${listAdminsInWords(admins, "and")}.`] : []),
  "• If something does not work, tell whoever looks after Headgate.",
];
