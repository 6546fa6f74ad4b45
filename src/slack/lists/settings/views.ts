// The co-op's own settings: all of them, and one to be changed. Pure.
import type { InputBlock, KnownBlock, ModalView } from "@slack/web-api";
import type { OwnName } from "../../../own-settings.ts";
import type { DescribedSetting } from "../../../settings/change.ts";
import { ownNames } from "../../../settings/settings.ts";
import { escapeForSlack } from "../../../text/slack-markup.ts";
import { describeTimeAndZone } from "../../../text/words.ts";
import { button, clip, context, input, mention, modal, section } from "../../words/blocks.ts";

/** As long as any of them may be. */
const MAX_TYPED = 100;

export const FIELD = "setting";

/** How a button names a setting: nothing but a number stands in it. */
const idOf = (name: OwnName): number => ownNames.indexOf(name) + 1;
export const settingOf = (id: number): OwnName | undefined => ownNames[id - 1];

const isChannel = (name: OwnName): boolean => name === "SLACK_ALERT_CHANNEL";

/** What holds, as it is read in Slack: a channel by its name. */
function sayValue({ name, value, typed }: DescribedSetting): string {
  if (isChannel(name) && /^[CG][A-Z0-9]{4,30}$/.test(typed)) return `<#${typed}>`;
  return escapeForSlack(clip(value, 200));
}

const FROM: Record<DescribedSetting["from"], string> = {
  "the server": "set on the server, so it can't be changed here",
  "an admin": "",
  default: "the default: nobody has set it",
};

/** Who changed it last, when, and what it was before. */
function lastChangeOf({ changed }: DescribedSetting, timeZone: string): string {
  if (changed?.actorKind !== "board") return "";
  const { at, actor, before } = changed;
  const was = before === null ? "not set" : escapeForSlack(clip(before, MAX_TYPED));
  return `${mention(actor)} changed it on ${describeTimeAndZone(at, timeZone)}; before: ${was}`;
}

export function settingsView(settings: readonly DescribedSetting[], timeZone: string): ModalView {
  const blocks = settings.flatMap((setting): KnownBlock[] => {
    const { name, label, from } = setting;
    const words = section(`*${label}*\n${sayValue(setting)}`);
    const below = from === "the server" ? [FROM[from]] : [FROM[from], lastChangeOf(setting, timeZone)];
    const said = below.filter((each) => each !== "");
    return [
      from === "the server" ? words : { ...words, accessory: button("setting-change", "Change", idOf(name)) },
      ...(said.length > 0 ? [context(said.join(". "))] : []),
    ];
  });
  return modal({
    title: "Settings",
    blocks: [
      context(
        "What is changed here counts within seconds, also for an alert that is under way. " +
          "Passwords and keys stand on the server alone, and are neither shown nor asked for here.",
      ),
      ...blocks,
    ],
  });
}

/** What its form has to know again when it is submitted. */
type SettingForm = {
  name: OwnName;
  /** The version that the person has seen. */
  seen: number;
  /** The list of settings below it. */
  below: string;
};

/** @param meanwhile somebody else was first: what they did stands above the field, and what was typed stays in it */
export function settingView(
  setting: DescribedSetting,
  { below, meanwhile }: { below: string; meanwhile?: { typed: string; timeZone: string } },
): ModalView {
  const { name, label, hint, version } = setting;
  const form: SettingForm = { name, seen: version, below };
  const typed = clip(meanwhile?.typed ?? setting.typed, MAX_TYPED);
  const others = meanwhile && [
    section(
      `:warning: *This was changed while you wrote.* ${lastChangeOf(setting, meanwhile.timeZone)}. ` +
        `Now it is: ${sayValue(setting)}\nNothing was changed by you yet. Press *Save* to have yours instead.`,
    ),
  ];
  const element: InputBlock["element"] = isChannel(name)
    ? {
        type: "conversations_select",
        // Strangers of a shared channel would read what is the co-op's own.
        filter: { include: ["public", "private"], exclude_external_shared_channels: true },
        ...(typed !== "" && { initial_conversation: typed }),
      }
    : {
        type: "plain_text_input",
        max_length: MAX_TYPED,
        ...(typed !== "" && { initial_value: typed }),
      };
  return modal({
    title: "Change a setting",
    form: { name: "setting-save", metadata: JSON.stringify(form), submit: "Save" },
    blocks: [...(others ?? []), { ...input(FIELD, label, element, hint), optional: true }, context(EMPTY)],
  });
}

const EMPTY = "Leave it empty and save, and it is as if nobody had set it. What was before stays on record.";
