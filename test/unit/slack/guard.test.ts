// Slack waits three seconds for an answer, whatever takes longer.
import { expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "../../../src/log.ts";
import { createGuard } from "../../../src/slack/wire/guard.ts";
import type { Answer } from "../../../src/slack/wire/listener.ts";

const member = { teamId: "T1", userId: "U1", role: "operator" as const, phone: null };

test("an answer that takes long is replied to within three seconds, and told when it comes", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const log = createLog("silent");
  const nothing = async () => {
    throw new Error("nothing is changed here");
  };
  const guard = createGuard({
    log,
    authorize: async () => ({ member }),
    pressOf: () => ({ member, change: nothing, recordLook: nothing }),
  });
  const result = Promise.withResolvers<Answer>();
  const replies: Answer[] = [];
  const told: Answer[] = [];
  const served = guard.serve({
    what: "test",
    needs: { role: "operator" },
    presser: { teamId: "T1", userId: "U1", teams: ["T1"] },
    run: () => result.promise,
    late: "I don't know yet.",
    reply: async (answer) => replies.push(answer),
    replyLate: async (answer) => told.push(answer),
  });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(replies).toEqual([]);
  await vi.advanceTimersByTimeAsync(900);
  expect(replies).toEqual([{ failed: "I don't know yet." }]);
  result.resolve({ tell: "Done." });
  await served;
  expect(told).toEqual([{ tell: "Done." }]);
  expect(replies).toHaveLength(1);
});
