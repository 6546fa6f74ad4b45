// "Settings", for admins: what each is, where that comes from, and one at a time to be changed.
import type { ModalView } from "@slack/web-api";
import { z } from "zod";
import type { OwnName } from "../../../own-settings.ts";
import { changeSetting, type DescribedSetting, describeSettings } from "../../../settings/change.ts";
import { contents } from "../../../settings/contents.ts";
import { ownNames } from "../../../settings/settings.ts";
import { decodeSlackText } from "../../../text/slack-markup.ts";
import { whyNotChannel } from "../../upkeep/check.ts";
import type { ActionInput, Answer, SlackContext, SubmissionInput } from "../../wire/listener.ts";
import { FIELD, settingOf, settingsView, settingView } from "./views.ts";

const Metadata = z.object({ name: z.enum(ownNames), seen: z.number(), below: z.string() });

const Values = z.object({
  [FIELD]: z.object({
    [FIELD]: z.object({ value: z.string().nullish(), selected_conversation: z.string().nullish() }),
  }),
});

const NOT_THERE: Answer = { failed: "This setting is not there." };

type Needs = Pick<SlackContext, "look" | "serverSettings" | "settings">;

async function settingsPage({ look, serverSettings, settings }: Needs): Promise<ModalView> {
  return settingsView(await describeSettings(look, serverSettings), settings.timeZone);
}

async function find({ look, serverSettings }: Needs, name: OwnName): Promise<DescribedSetting | undefined> {
  return (await describeSettings(look, serverSettings)).find((setting) => setting.name === name);
}

export async function openSettings({ triggerId }: ActionInput, context: SlackContext): Promise<Answer> {
  const view = await settingsPage(context);
  return { after: () => context.client.views.open({ trigger_id: triggerId, view }) };
}

export async function openSetting(
  { ids: [id = 0], triggerId, viewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const name = settingOf(id);
  const setting = name && (await find(context, name));
  if (!setting || viewId === undefined) return NOT_THERE;
  if (setting.from === "the server") return { failed: setOnServer(setting.name) };
  const view = settingView(setting, { below: viewId });
  return { after: () => context.client.views.push({ trigger_id: triggerId, view }) };
}

export async function saveSetting(
  { change, member, values, metadata }: SubmissionInput,
  context: SlackContext,
): Promise<Answer> {
  const { name, seen, below } = Metadata.parse(JSON.parse(metadata));
  const { value, selected_conversation } = Values.parse(values)[FIELD][FIELD];
  const typed = decodeSlackText(selected_conversation ?? value ?? "");
  const why = await whyNotThisChannel(context, name, typed);
  if (why !== undefined) return { failed: why };
  const outcome = await change((tx) =>
    changeSetting(tx, { name, typed, seen }, member, context.serverSettings),
  );
  switch (outcome.outcome) {
    case "refused":
      return { failed: outcome.problem };
    case "set on the server":
      return { failed: setOnServer(name) };
    case "changed meanwhile":
      return changedMeanwhile(context, name, { below, typed });
    default:
      return { after: () => refresh(context, below) };
  }
}

/** Asked of Slack before anything is changed: where Headgate is not, no review could stand. */
async function whyNotThisChannel(
  { client }: SlackContext,
  name: OwnName,
  id: string,
): Promise<string | undefined> {
  if (name !== "SLACK_ALERT_CHANNEL" || id === "") return undefined;
  const why = await whyNotChannel(client, { id });
  return why && `The channel was not changed. ${why}`;
}

/** What was typed stays in the form, with what the other one did above it. */
async function changedMeanwhile(
  context: SlackContext,
  name: OwnName,
  { below, typed }: { below: string; typed: string },
): Promise<Answer> {
  const setting = await find(context, name);
  if (!setting) return NOT_THERE;
  const { timeZone } = context.settings;
  return { view: settingView(setting, { below, meanwhile: { typed, timeZone } }) };
}

/** The list below the form. Whoever has closed it sees the change when they open it again. */
async function refresh(context: SlackContext, below: string): Promise<void> {
  const view = await settingsPage(context);
  await context.client.views.update({ view_id: below, view }).catch(() => {});
}

const setOnServer = (name: OwnName): string =>
  `${contents[name].label} is set on the server, so nothing was changed. ` +
  "Whoever looks after the server can take it out there; then it is the admins'.";
