// The page that board members print: what it tells them to press is there to be pressed, and it holds no data.
import { expect, test as story } from "vitest";
import { members, people } from "../../src/practice/co-op/people.ts";
import { lane, openLane, phone } from "../helpers/lane.ts";
import { openScene } from "../helpers/scene.ts";

/** Every text that stands in what somebody was shown. */
function textsIn(shown: unknown): string[] {
  if (typeof shown !== "object" || shown === null) return [];
  return Object.entries(shown).flatMap(([key, value]) =>
    key === "text" && typeof value === "string" ? [value] : textsIn(value),
  );
}

story("each word that it says to type, choose or press is one that a person finds in Slack", async () => {
  const scene = await openLane(3);
  const sheet = await (await fetch(`${scene.url}/sheet`)).text();
  const words = new Set([...sheet.matchAll(/<b>([^<]+)<\/b>/g)].map(([, word = ""]) => word));
  expect(words.size).toBeGreaterThan(9);

  const found = ["/alert"];
  const look = (...shown: unknown[]) => void found.push(...shown.flatMap(textsIn));
  const { priya } = scene;
  await priya.runs("/alert");
  await priya.sees("New alert");
  look(structuredClone(priya.modal().content));
  scene.plays("twilio-error", { to: phone(2), times: 1 });
  scene.plays("twilio-suspended", { to: phone(3), times: 1 });
  const review = await scene.reviews(priya, { zones: ["Spring Lane"] });
  look(structuredClone(review.blocks));
  await priya.presses("Send to", review);
  const halted = await scene.messageSaying("has halted");
  look(structuredClone(halted.blocks));
  await priya.presses("Resume", halted);
  await scene.letPass("11 minutes");
  const done = await scene.messageSaying(/^Sent 2 of 3/);
  const asks = () => scene.thread(review).find(({ text }) => text.includes("may or may not have arrived"));
  const told = await scene.slack.until(asks, "who was not reached");
  look(structuredClone(done.blocks), structuredClone(told.blocks));

  const missing = [...words].filter((word) => !found.some((text) => text.startsWith(word)));
  expect(missing).toEqual([]);
});

story("live and practice serve the same page, to anybody, with nobody's data in it", async () => {
  const scene = await openScene();
  const [practice, live] = await Promise.all(
    [scene.url, `http://localhost:${scene.app.port}`].map((url) => fetch(`${url}/sheet`)),
  );
  expect([practice?.status, live?.status]).toEqual([200, 200]);
  // Nothing in it may run, or be shown within another page.
  expect(Object.fromEntries(live?.headers ?? [])).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  const sheet = (await live?.text()) ?? "";
  expect(await practice?.text()).toBe(sheet);
  const names = [...members, ...Object.values(people)].map((it) =>
    "realName" in it ? it.realName : it.name,
  );
  expect([...names, "+1", ...lane(1)].filter((name) => sheet.includes(name))).toEqual([]);
});
