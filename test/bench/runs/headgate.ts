// Headgate as `npm start` starts it, with a watch over its event loop.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { z } from "zod";
import { onQuestion, say } from "../child.ts";

const delay = monitorEventLoopDelay();
onQuestion(z.enum(["begin", "end"]), (question) => {
  if (question === "begin") {
    delay.reset();
    delay.enable();
    return true;
  }
  delay.disable();
  return { p999Ms: delay.percentile(99.9) / 1e6, maxMs: delay.max / 1e6 };
});
say(true);
await import("../../../src/main.ts");
