// Slack waits three seconds for an answer, whatever takes longer.
import { expect, onTestFinished, test, vi } from "vitest";
import { CommitInDoubt, Refusal } from "../../../src/board/change.ts";
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

/** A guard that lets everybody in, and what each press was told. */
function openGuard() {
  const nothing = async () => {
    throw new Error("nothing is changed here");
  };
  const guard = createGuard({
    log: createLog("silent"),
    authorize: async () => ({ member }),
    pressOf: () => ({ member, change: nothing, recordLook: nothing }),
  });
  const replies: Answer[] = [];
  const serve = (run: () => Promise<Answer>) =>
    guard.serve({
      what: "test",
      needs: { role: "operator" },
      presser: { teamId: "T1", userId: "U1", teams: ["T1"] },
      run,
      late: "late",
      reply: async (answer) => replies.push(answer),
      replyLate: async () => {},
    });
  return { serve, drain: guard.drain, replies };
}

test.each<[what: string, error: Error, told: RegExp]>([
  ["the commit is in doubt", new CommitInDoubt(), /could not find out whether this went through/],
  ["they are off the list", new Refusal("not on the allowlist"), /^Nothing was done: you are not on/],
  ["they are no admin any more", new Refusal("not an admin"), /admin/],
  [
    "the database is away",
    Object.assign(new Error("x"), { code: "ECONNREFUSED" }),
    /can't reach its database just now, so nothing was done/,
  ],
  ["it breaks", new Error("x"), /^Something went wrong here, so nothing was changed, and nothing was sent/],
])("where %s, the person is told so", async (_, error, told) => {
  const { serve, replies } = openGuard();
  await serve(() => Promise.reject(error));
  expect(replies).toEqual([{ failed: expect.stringMatching(told) }]);
});

test("a stop waits for all that is under way, also for what begins meanwhile", async () => {
  const { serve, drain } = openGuard();
  const [first, second] = [Promise.withResolvers<Answer>(), Promise.withResolvers<Answer>()];
  void serve(() => first.promise);
  let isOver = false;
  const drained = drain().then(() => {
    isOver = true;
  });
  const settle = () => new Promise((done) => setTimeout(done, 10));
  await settle();
  void serve(() => second.promise);
  expect(isOver).toBe(false);
  first.resolve({});
  await settle();
  expect(isOver).toBe(false);
  second.resolve({});
  await drained;
});
