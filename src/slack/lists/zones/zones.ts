// "Zones" on an admin's Home: all of them, each with its reach; add, rename, merge and remove.
import { z } from "zod";
import { findLastEntry } from "../../../audit/last-entry.ts";
import type { Reader } from "../../../db/open.ts";
import { decodeSlackText } from "../../../text/slack-markup.ts";
import { plural } from "../../../text/words.ts";
import { addZone, mergeZones, removeZone, renameZone, type ZoneRefusal } from "../../../zones/change.ts";
import { listZonesWithReach, type ZoneWithReach } from "../../../zones/reach.ts";
import { formView } from "../../wire/form.ts";
import type { ActionInput, Answer, SlackContext, SubmissionInput } from "../../wire/listener.ts";
import { noticeView } from "../../words/notice.ts";
import { showAnew, whoWasFirst } from "../second.ts";
import { zoneRefusal } from "./refusals.ts";
import { newZoneView, zoneNameView, zonesView, zoneView } from "./views.ts";

const NOT_THERE = "This zone is not there any more. Nothing was changed by you.";

export async function openZones({ triggerId }: ActionInput, { client, look }: SlackContext): Promise<Answer> {
  const view = zonesView(await listZonesWithReach(look));
  return { after: () => client.views.open({ trigger_id: triggerId, view }) };
}

export async function openZone(
  { ids: [zoneId = 0], triggerId, rootViewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const { zone, zones } = await findZone(context.look, zoneId);
  if (!zone) return { tell: NOT_THERE, after: () => showAnew(context, rootViewId, zonesView(zones)) };
  const view = cardOf(zone, zones);
  return { after: () => context.client.views.push({ trigger_id: triggerId, view }) };
}

export const openNewZone = async ({ triggerId }: ActionInput, { client }: SlackContext): Promise<Answer> => ({
  after: () => client.views.push({ trigger_id: triggerId, view: newZoneView() }),
});

export async function openZoneName(
  { ids: [zoneId = 0], triggerId, viewId }: ActionInput,
  { client, look }: SlackContext,
): Promise<Answer> {
  const { zone } = await findZone(look, zoneId);
  if (!zone) return { tell: NOT_THERE };
  const view = zoneNameView(zone.name, toldOf(zone, viewId));
  return { after: () => client.views.push({ trigger_id: triggerId, view }) };
}

export async function saveNewZone(
  { member, change, values, rootViewId }: SubmissionInput,
  context: SlackContext,
): Promise<Answer> {
  const name = nameIn(values);
  const outcome = await change((tx) => addZone(tx, name, member));
  if ("refused" in outcome) return { failed: await wordsFor(outcome, [], context) };
  return { after: () => showList(context, rootViewId) };
}

export async function saveZoneName(
  { member, change, values, metadata, rootViewId }: SubmissionInput,
  context: SlackContext,
): Promise<Answer> {
  const { card, ...seen } = Metadata.parse(JSON.parse(metadata));
  const name = nameIn(values);
  const outcome = await change((tx) => renameZone(tx, seen, name, member));
  const after = () => showBoth(context, { zoneId: seen.id, card, list: rootViewId });
  if (!("refused" in outcome)) return { after };
  const words = await wordsFor(outcome, [seen.id], context);
  const { zone } = await findZone(context.look, seen.id);
  if (outcome.refused !== "changed" || !zone) return { failed: words, after };
  // They know it now: whoever presses again has decided again.
  const form = zoneNameView(name, toldOf(zone, card));
  return { view: formView(form, { "zone-name": words }), after };
}

/** Everybody moves into the zone that was chosen. What came of it stands in place of the one that is gone. */
export async function mergeZone(
  {
    member,
    change,
    ids: [id = 0, version = 0, intoId = 0, intoVersion = 0],
    viewId,
    rootViewId,
  }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const into = { id: intoId, version: intoVersion };
  const before = await findZone(context.look, id);
  const outcome = await change((tx) => mergeZones(tx, { from: { id, version }, into }, member));
  if ("refused" in outcome) {
    const after = () => showBoth(context, { zoneId: id, card: viewId, list: rootViewId });
    return { failed: await wordsFor(outcome, [id, intoId], context), after };
  }
  const { name } = (await findZone(context.look, intoId)).zone ?? { name: "the other zone" };
  const was = before.zone?.name ?? "the zone";
  const moved = outcome.moved === 0 ? "Nobody was in it." : `${plural(outcome.moved, "member")} moved there.`;
  const words = `${was} was merged into ${name}. ${moved}`;
  return {
    after: () => Promise.all([showAnew(context, viewId, noticeView(words)), showList(context, rootViewId)]),
  };
}

export async function dropZone(
  { member, change, ids: [id = 0, version = 0], viewId, rootViewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const outcome = await change((tx) => removeZone(tx, { id, version }, member));
  if (outcome !== "removed") {
    const after = () => showBoth(context, { zoneId: id, card: viewId, list: rootViewId });
    return { failed: await wordsFor(outcome, [id], context), after };
  }
  const words = "The zone was removed. Alerts of the past keep its name.";
  return {
    after: () => Promise.all([showAnew(context, viewId, noticeView(words)), showList(context, rootViewId)]),
  };
}

/** Where another admin was faster, it says who. */
async function wordsFor(refusal: ZoneRefusal, zoneIds: number[], context: SlackContext): Promise<string> {
  if (refusal.refused !== "changed" && refusal.refused !== "not there") return zoneRefusal(refusal, "");
  const about = zoneIds.flatMap((id) => [{ zone: id }, { into: id }]);
  const last = await findLastEntry(context.look, ["zone renamed", "zones merged", "zone removed"], about);
  return zoneRefusal(refusal, await whoWasFirst(last, context));
}

async function findZone(look: Reader, id: number) {
  const zones = await listZonesWithReach(look);
  return { zone: zones.find((zone) => zone.id === id), zones };
}

const cardOf = (zone: ZoneWithReach, zones: readonly ZoneWithReach[]) =>
  zoneView(
    zone,
    zones.filter(({ id }) => id !== zone.id),
  );

async function showList(context: SlackContext, list: string | undefined): Promise<void> {
  await showAnew(context, list, zonesView(await listZonesWithReach(context.look)));
}

async function showBoth(
  context: SlackContext,
  { zoneId, card, list }: { zoneId: number; card: string | undefined; list: string | undefined },
): Promise<void> {
  const { zone, zones } = await findZone(context.look, zoneId);
  await Promise.all([
    showAnew(context, card, zone ? cardOf(zone, zones) : noticeView("This zone is not there any more.")),
    showAnew(context, list, zonesView(zones)),
  ]);
}

const Values = z.object({
  "zone-name": z.object({ "zone-name": z.object({ value: z.string().nullish() }) }),
});
const nameIn = (values: unknown): string =>
  decodeSlackText(Values.parse(values)["zone-name"]["zone-name"].value ?? "");

const toldOf = ({ id, version }: ZoneWithReach, card: string | undefined): string =>
  JSON.stringify({ id, version, card });
const Metadata = z.object({ id: z.int32(), version: z.int32(), card: z.string().optional() });
