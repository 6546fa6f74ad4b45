// Slack waits three seconds for an answer, whatever takes longer.
import { expect, expectTypeOf, onTestFinished, test, vi } from "vitest";
import { CommitInDoubt, Refusal } from "../../../src/board/change.ts";
import { createLog } from "../../../src/log.ts";
import { createGuard } from "../../../src/slack/wire/guard.ts";
import type { Answer, Press, SlackContext, Visit, VisitContext } from "../../../src/slack/wire/listener.ts";

const visitor = { teamId: "T1", userId: "U1" };
const member = { teamId: "T1", userId: "U1", role: "operator" as const, phone: null, alarmPhone: null };

test("an answer that takes long is replied to within three seconds, and told when it comes", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const log = createLog("silent");
  const nothing = async () => {
    throw new Error("nothing is changed here");
  };
  const guard = createGuard({
    log,
    authorizer: { ofBoard: async () => ({ member }), ofWorkspace: async () => ({ visitor }) },
    askToBeAdded: async () => "asked",
    pressOf: () => ({ member, change: nothing, recordLook: nothing }),
  });
  const result = Promise.withResolvers<Answer>();
  const replies: Answer[] = [];
  const told: Answer[] = [];
  const served = guard.serve({
    what: "test",
    presser: { teamId: "T1", userId: "U1", teams: ["T1"] },
    task: { role: "operator", run: () => result.promise },
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
    authorizer: { ofBoard: async () => ({ member }), ofWorkspace: async () => ({ visitor }) },
    askToBeAdded: async () => "asked",
    pressOf: () => ({ member, change: nothing, recordLook: nothing }),
  });
  const replies: Answer[] = [];
  const serve = (run: () => Promise<Answer>) =>
    guard.serve({
      what: "test",
      presser: { teamId: "T1", userId: "U1", teams: ["T1"] },
      task: { role: "operator", run },
      late: "late",
      reply: async (answer) => replies.push(answer),
      replyLate: async () => {},
    });
  /** What somebody is given who need not be on the board. */
  const serveVisit = () =>
    new Promise<Visit>((given) => {
      const run = async (visit: Visit) => {
        given(visit);
        return {};
      };
      const presser = { teamId: "T1", userId: "U1", teams: ["T1"] };
      const nothing = async () => {};
      const task = { role: "anyone" as const, run };
      void guard.serve({ what: "test", presser, task, late: "late", reply: nothing, replyLate: nothing });
    });
  return { serve, serveVisit, drain: guard.drain, replies };
}

test.each<[what: string, error: Error, told: RegExp]>([
  ["the commit is in doubt", new CommitInDoubt(), /could not find out whether this went through/],
  ["they are off the list", new Refusal("not on the allowlist"), /^Nothing was done: you are not on/],
  ["they are no admin any more", new Refusal("not an admin"), /^Only admins can do this\./],
  ["they only read now", new Refusal("not an operator"), /^Only operators and admins can do this; viewers/],
  ["they don't read the log any more", new Refusal("not a viewer"), /^Only admins and viewers can do this\./],
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

test("whoever need not be on the board is given who they are, and no way to change anything", async () => {
  const { serveVisit } = openGuard();
  const visit = await serveVisit();
  expect([visit.visitor, await visit.askToBeAdded()]).toEqual([visitor, "asked"]);
  expectTypeOf<keyof Visit>().toEqualTypeOf<"visitor" | "askToBeAdded">();
  expectTypeOf<Visit>().not.toExtend<Pick<Press, "member">>();
  expectTypeOf<Visit>().not.toExtend<Pick<Press, "change">>();
  expectTypeOf<VisitContext>().not.toExtend<Pick<SlackContext, "sendFiles">>();
  expectTypeOf<VisitContext>().not.toExtend<Pick<SlackContext, "sendTest">>();
});
