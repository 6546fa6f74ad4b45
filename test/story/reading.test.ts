// A person reads before pressing. Meanwhile the message is changed, and Slack gives its blocks new ids.
import { expect, test as story } from "vitest";
import { elementsIn } from "../../src/practice/stand-ins/slack/block-kit/blocks.ts";
import type { Message } from "../../src/practice/stand-ins/slack/slack.ts";
import { buttonOf, openScene, type Scene } from "../helpers/scene.ts";

/** Reads until the message was changed twice, and then presses what was there at first. */
async function readsThenPresses(scene: Scene, label: string, message: Message) {
  const { slack, priya } = scene;
  const { blocks, ts: messageTs, channelId } = structuredClone(message);
  const updates = () =>
    slack.calls.filter(({ method, args }) => method === "chat.update" && args.ts === messageTs);
  const before = updates().length;
  await slack.until(() => updates().length >= before + 2, "the message to be changed twice");
  const button = buttonOf(blocks, label);
  const blockId = elementsIn(blocks).find(({ element }) => element.action_id === button.actionId)?.blockId;
  const now = message.blocks.map((block) => block.block_id);
  expect(now).not.toContain(blockId);
  return slack.click(priya.id, { ...button, blockId, messageTs, channelId });
}

story("Stop, read for a while, stops", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "4" } });
  await scene.sends(scene.priya, { zones: ["All zones"] });
  const sending = await scene.messageSaying(/^Sending\. Sent [1-9]/);
  expect(await readsThenPresses(scene, "Stop", sending)).toMatchObject({ failure: undefined });
  await scene.messageSaying("Stopped");
  await scene.twilio.settle();
  const sent = scene.twilio.requests.length;
  expect(sent).toBeLessThan(214);
});

story("Stop, read until everything was sent, says so to whoever pressed it", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "10" } });
  await scene.sends(scene.priya, { zones: ["Mill Flats"] });
  const sending = structuredClone(await scene.messageSaying(/^Sending\. /));
  await scene.messageSaying(/^Sent \d+ of \d+: \d+ delivered/);
  expect(await scene.priya.presses("Stop", sending)).toMatchObject({ failure: undefined });
  await scene.priya.isTold(/over already|nothing left to stop/);
});
