// What a screen reader hears of an alert under way: that its message has changed, but not every second.
import { mrkdwnText } from "./mrkdwn.js";

const EVERY_MS = 10_000;

export function createProgress() {
  const place = document.getElementById("progress");
  /** By message: what it said last. */
  let known = new Map();
  let channelId;
  let timer;
  let saidAt = Number.NEGATIVE_INFINITY;

  function say(text) {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        saidAt = performance.now();
        place.textContent = text;
      },
      Math.max(0, saidAt + EVERY_MS - performance.now()),
    );
  }

  return {
    /** `messages`: the app's in this channel. New ones are read by the list itself. */
    follow(channel, messages) {
      const texts = new Map(messages.map((it) => [it.ts, it.text]));
      const changed = messages.findLast((it) => known.has(it.ts) && known.get(it.ts) !== it.text);
      if (channel.id === channelId && changed) say(mrkdwnText(changed.text));
      known = texts;
      channelId = channel.id;
    },
  };
}
