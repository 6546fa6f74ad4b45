// A lane with a few phones of its own, for stories in which each of them counts.
import { expect } from "vitest";
import { openScene, type Scene, type SceneOptions } from "./scene.ts";
import { shiftTime } from "./time.ts";

export const phone = (n: number) => `+1509555${String(100 + n).padStart(4, "0")}`;
export const lane = (count: number) => Array.from({ length: count }, (_, n) => phone(n + 1));

export async function openLane(count: number, options?: SceneOptions): Promise<Scene> {
  const scene = await openScene(options);
  await scene.addZone("Spring Lane", lane(count));
  return scene;
}

export const sendToLane = (scene: Scene, message?: string) =>
  scene.sends(scene.priya, { zones: ["Spring Lane"], ...(message && { message }) });

export const statuses = async (scene: Scene): Promise<string[]> => {
  const rows = await scene.client<{ status: string }[]>`select status from deliveries order by position`;
  return rows.map(({ status }) => status);
};

/** As if so much time had passed since everything that was sent, claimed or asked. */
export async function letPass(scene: Scene, time: string): Promise<void> {
  await shiftTime(scene.client, time);
  await scene.wakeJobs();
}

/** Nobody was asked twice, and nobody was forgotten. */
export function expectOnceEach(scene: Scene, phones: readonly string[]): void {
  expect(scene.twilio.ledger.map(({ to }) => to).sort()).toEqual([...phones].sort());
}

/** Whether so many hand-overs are written down as ambiguous. */
export async function isSetback(scene: Scene, count = 1): Promise<boolean> {
  const rows = await scene.client`select from deliveries where status = 'sending' and ask_at is not null`;
  return rows.length >= count;
}

/** How many open deliveries the provider was asked about since their setback. */
export async function asked(scene: Scene): Promise<number> {
  const rows = await scene.client`
    select from deliveries where status = 'sending' and ask_at > now() + interval '10 seconds'`;
  return rows.length;
}
