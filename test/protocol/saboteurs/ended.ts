// How the tests of a build ended.
import { z } from "zod";

export const Ended = z.object({
  build: z.string(),
  ms: z.number(),
  tests: z.array(z.object({ name: z.string(), isPassed: z.boolean(), errors: z.array(z.string()) })),
  /** Why its tests could not be loaded. */
  errors: z.array(z.string()),
});
export type Ended = z.infer<typeof Ended>;
