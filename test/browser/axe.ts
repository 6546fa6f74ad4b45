import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { z } from "zod";

const Found = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/** What stands on the screen now breaks no rule that axe knows. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  // As text: in the page there is another `axe` than here.
  const violations = Found.parse(await page.evaluate("axe.run().then(({ violations }) => violations)"));
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
}
