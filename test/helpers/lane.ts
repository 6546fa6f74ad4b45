// A lane with a few phones of its own, for stories that count every one of them.
import { expect } from "vitest";
import { openScene, type Scene, type SceneOptions } from "./scene.ts";

export const phone = (n: number) => `+1509555${String(100 + n).padStart(4, "0")}`;
export const lane = (count: number) => Array.from({ length: count }, (_, n) => phone(n + 1));

export async function openLane(count: number, options?: SceneOptions): Promise<Scene> {
  const scene = await openScene(options);
  await scene.addZone("Spring Lane", lane(count));
  return scene;
}

export const sendToLane = (scene: Scene, message?: string) =>
  scene.sends(scene.priya, { zones: ["Spring Lane"], ...(message && { message }) });

/** Nobody was asked twice, and nobody was forgotten. */
export function expectOnceEach(scene: Scene, phones: readonly string[]): void {
  expect(scene.twilio.ledger.map(({ to }) => to).sort()).toEqual([...phones].sort());
}
