// What Slack remembers of Headgate, from before there was the database of a test.
import { createLog } from "../../src/log.ts";
import type { World } from "../../src/practice/world.ts";
import { createSlackWitness } from "../../src/slack/upkeep/memory.ts";
import { createClients } from "../../src/slack/wire/clients.ts";
import type { Witness } from "../../src/upkeep/beginning.ts";
import { noon } from "./moment.ts";

const clientOf = ({ url, slack }: World) =>
  createClients({ botToken: slack.botToken, apiUrl: `${url}/slack/api/` }, createLog("silent")).interactive;

/** A message of Headgate's in the board's channel. */
export const postAsHeadgate = (world: World) =>
  clientOf(world).chat.postMessage({ channel: world.slack.channelId, text: "Sent 210 of 214." });

export const openSlackWitness = (world: World): Witness =>
  createSlackWitness({
    client: clientOf(world),
    channel: { id: world.slack.channelId },
    settings: noon({ timeZone: "America/Los_Angeles" }).settings,
  });
