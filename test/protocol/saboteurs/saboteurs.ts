// Builds that are wrong on purpose, at least one for each invariant, and the test that must catch each. A
// saboteur changes one place of one file, in memory; the place must be there exactly once.

export type Saboteur = {
  name: string;
  /** The invariant that it breaks. */
  breaks: `I${number}` | "pace" | "halt" | "crash" | "signatures" | "functions" | "the house";
  file: string;
  find: string;
  replace: string;
  /** A test's file and, unless it is the simulation, its name. */
  caughtBy: { file: string; test: string };
};

const simulation = {
  file: "test/protocol/simulation/simulation.test.ts",
  test: "courses of events break no invariant",
};
const attempts = (test: string) => ({ file: "test/db/attempts.test.ts", test });
const confirming = (test: string) => ({ file: "test/story/confirming.test.ts", test });

export const saboteurs: Saboteur[] = [
  {
    name: "sends again after a time-out",
    breaks: "I1",
    file: "src/deliveries/setbacks.ts",
    find: 'return { ...delivery, result: "ambiguous", halt };',
    replace: 'return { ...delivery, result: "not sent", againIn: 1, halt };',
    caughtBy: simulation,
  },
  {
    name: "looks at the time when it decides to send, and not when that leaves",
    breaks: "I1",
    file: "src/deliveries/send.ts",
    find: "validity, delivery, leaveBy, onLeave",
    replace: "validity, delivery, ...(options.clock.monotonic() > leaveBy && { leaveBy }), onLeave",
    caughtBy: simulation,
  },
  {
    name: "counts a failure of an old attempt",
    breaks: "I1",
    file: "src/deliveries/hand-over.ts",
    find: "where d.attempt = in_attempt and d.status = 'sending'",
    replace: "where d.status = 'sending'",
    caughtBy: attempts("that an earlier attempt failed says nothing of this one"),
  },
  {
    name: "never gives up on what the provider does not know",
    breaks: "I2",
    file: "src/deliveries/resolve.ts",
    find: "if (delivery.overdue)",
    replace: "if (false)",
    caughtBy: simulation,
  },
  {
    name: "lets nothing expire",
    breaks: "I2",
    file: "src/deliveries/finish.ts",
    find: "sendings.deadlineAt} <= now()",
    replace: "sendings.deadlineAt} <= '-infinity'",
    caughtBy: simulation,
  },
  {
    name: "never asks for a claim of which it heard nothing",
    breaks: "I2",
    file: "src/deliveries/claim.ts",
    find: "await handBackUnanswered();",
    replace: "",
    caughtBy: {
      file: "test/db/sender.test.ts",
      test: "what was claimed and never told goes back once the database is there again, and is sent",
    },
  },
  {
    name: "does not write down what it found at the provider",
    breaks: "I3",
    file: "src/deliveries/resolve.ts",
    find: "if (own) await recordReports(",
    replace: "if (own && false) await recordReports(",
    caughtBy: simulation,
  },
  {
    name: "takes a message that another delivery is known by",
    breaks: "I3",
    file: "src/deliveries/resolve.ts",
    find: "return candidates.find(({ sid }) => !taken.some((other) => other.sid === sid));",
    replace: "return candidates[0];",
    caughtBy: {
      file: "test/db/races.test.ts",
      test: "one message at the provider is found for one delivery",
    },
  },
  {
    name: "ignores a late 201",
    breaks: "I3",
    file: "src/deliveries/reports.ts",
    find: "where d.attempt = in_attempt or (",
    replace: "where d.attempt = in_attempt or (false and ",
    caughtBy: attempts("that the provider has an earlier attempt counts"),
  },
  {
    name: "rejects what was only claimed before, and never held",
    breaks: "I2",
    file: "src/deliveries/setbacks.ts",
    find: "return delivery.code === code",
    replace: "return delivery.attempt > 1",
    caughtBy: {
      file: "test/story/provider-answers.test.ts",
      test: "a refusal that nobody knows is held once, and then told; after 1 times busy",
    },
  },
  {
    name: "writes a status whatever its rank",
    breaks: "I4",
    file: "src/deliveries/reports.ts",
    find: "\"d.status < 'delivered' and d.status < best.rank\"",
    replace: '"true"',
    caughtBy: simulation,
  },
  {
    name: "confirms a draft without looking whether it is one",
    breaks: "I5",
    file: "src/alerts/confirm.ts",
    find: 'if (alert.status !== "draft") return "already decided";',
    replace: "",
    caughtBy: simulation,
  },
  {
    name: "confirms whichever review was pressed",
    breaks: "I5",
    file: "src/alerts/confirm.ts",
    find: 'if (alert.version !== version) return refuse("changed");',
    replace: "",
    caughtBy: confirming("a Send button of an older review"),
  },
  {
    name: "does not write down who pressed Stop",
    breaks: "I6",
    file: "src/deliveries/lifecycle.ts",
    find: 'await record(tx, { actor, action: "stopped", alertId, detail: { notSent } });',
    replace: "",
    caughtBy: simulation,
  },
  {
    name: "does not write down who sent again",
    breaks: "I6",
    file: "src/deliveries/resend.ts",
    find: "await record(tx,",
    replace: "if (false) await record(tx,",
    caughtBy: {
      file: "test/story/resend.test.ts",
      test: "what is unknown is resent when somebody of the board says so, and only that",
    },
  },
  {
    name: "writes down a halt that was none",
    breaks: "I6",
    file: "src/deliveries/lifecycle.ts",
    find: "if (!halt) return;",
    replace: `if (!halt) {
      const [of] = await tx.select({ id: alerts.id }).from(alerts).where(eq(alerts.sendingId, sendingId));
      return record(tx, { actor: "system", action: "halted", alertId: of?.id, detail: { reason } });
    }`,
    caughtBy: simulation,
  },
  {
    name: "claims without a look at the opt-outs",
    breaks: "I7",
    file: "src/db/functions/claim_deliveries.sql",
    find: "JOIN opt_outs o ON o.phone = d.address\n    WHERE d.sending_id = chosen.sending_id AND d.position = ANY (due)",
    replace: "WHERE false",
    caughtBy: simulation,
  },
  {
    name: "reads the opt-outs as they were before it waited",
    breaks: "I7",
    file: "src/deliveries/claim.ts",
    find: "await db.execute<{ result: ClaimResult | null }>(",
    replace:
      "await ((asked) => db.transaction((tx) => tx.execute<{ result: ClaimResult | null }>(asked), { isolationLevel: 'repeatable read' }))(",
    caughtBy: { file: "test/db/races.test.ts", test: "a STOP that comes while a claim waits" },
  },
  {
    name: "confirms for whoever is not on the allowlist",
    breaks: "I8",
    file: "src/board/change.ts",
    find: 'if (!member) return refuse(tx, "not on the allowlist", alertId);',
    replace: 'if (!member) return { done: await work(tx, { ...user, role: "operator", phone: null }) };',
    caughtBy: simulation,
  },
  {
    name: "does not write a refusal down",
    breaks: "I8",
    file: "src/board/change.ts",
    find: 'await record(tx, { actor: user, action: "refused",',
    replace: 'if (false) await record(tx, { actor: user, action: "refused",',
    caughtBy: simulation,
  },
  {
    name: "does not write down that a confirm was refused",
    breaks: "I8",
    file: "src/alerts/confirm.ts",
    find: "const refuse = async (outcome: ConfirmOutcome) => {",
    replace: "const refuse = async (outcome: ConfirmOutcome) => { if (outcome) return outcome;",
    caughtBy: confirming("nobody else can send it, an admin neither; the author still can"),
  },
  {
    name: "changes for whom the guard let in, without another look at the board",
    breaks: "I8",
    file: "src/board/change.ts",
    find: "const member = await lockBoardMember(tx, user, lock);",
    replace: 'const member = { ...user, role: "admin" as const, phone: null };',
    caughtBy: {
      file: "test/db/changes.test.ts",
      test: "whoever loses their place between the guard and the change",
    },
  },
  {
    name: "lets every role through",
    breaks: "I8",
    file: "src/board/allowlist.ts",
    find: 'role === "admin" || needed === "operator";',
    replace: 'role === "admin" || needed !== undefined;',
    caughtBy: {
      file: "test/architecture.test.ts",
      test: "each refuses whoever may not, changes nothing, and records it",
    },
  },
  {
    name: "takes a live Twilio for a stand-in",
    breaks: "I9",
    file: "src/config.ts",
    find: "isPractice: LOOPBACK.has(new URL(s.TWILIO_API_BASE_URL).hostname)",
    replace: "isPractice: LOOPBACK.has(new URL(s.SLACK_API_URL).hostname)",
    caughtBy: {
      file: "test/unit/config.test.ts",
      test: "it is practice just when Twilio is on this machine",
    },
  },
  {
    name: "lets practice call another machine",
    breaks: "I9",
    file: "src/practice/stand-ins/twilio/webhooks.ts",
    find: "if (!isLoopback(target.hostname))",
    replace: "if (false)",
    caughtBy: { file: "test/stand-ins/twilio.test.ts", test: "never leave this machine" },
  },
  {
    name: "does not pay for what it claims",
    breaks: "pace",
    file: "src/db/functions/claim_deliveries.sql",
    find: "SET tokens = tokens - ",
    replace: "SET tokens = tokens - 0 * ",
    caughtBy: simulation,
  },
  {
    name: "claims at the pace what can't leave yet",
    breaks: "pace",
    file: "src/deliveries/claim.ts",
    find: "Math.ceil(segmentsPerSecond * CATCH_UP_SECONDS)",
    replace: "maxInFlight",
    caughtBy: {
      file: "test/db/sender.test.ts",
      test: "no more waits to leave than the pace carries in a moment",
    },
  },
  {
    name: "lets one connection that hangs hold up all others",
    breaks: "pace",
    file: "src/deliveries/claim.ts",
    find: "LEAST_AHEAD = 10",
    replace: "LEAST_AHEAD = 1",
    caughtBy: { file: "test/db/sender.test.ts", test: "a text that can't leave does not hold up the others" },
  },
  {
    name: "claims more of what is being halted",
    breaks: "halt",
    file: "src/deliveries/send.ts",
    find: " || halting > 0",
    replace: "",
    caughtBy: {
      file: "test/db/sender.test.ts",
      test: "once the account is refused, nothing follows what was in flight",
    },
  },
  {
    name: "claims as if all that it handed over had left",
    breaks: "crash",
    file: "src/deliveries/claim.ts",
    find: "ahead - queue.length - notLeft()",
    replace: "ahead - queue.length",
    caughtBy: {
      file: "test/db/sender.test.ts",
      test: "what a crash would leave claimed and never sent",
    },
  },
  {
    name: "claims on while answers wait to be recorded",
    breaks: "crash",
    file: "src/deliveries/claim.ts",
    find: "2 * maxInFlight - queue.length - underWay()",
    replace: "maxInFlight",
    caughtBy: { file: "test/db/sender.test.ts", test: "what a crash would leave to ask about" },
  },
  {
    name: "sends once it is connected, however late",
    breaks: "I1",
    file: "src/gateways/twilio/client.ts",
    find: " || clock.monotonic() >= Math.min(endBy, leaveBy)",
    replace: "",
    caughtBy: {
      file: "test/story/provider-answers.test.ts",
      test: "a process that is frozen while it connects does not send when it goes on",
    },
  },
  {
    name: "sends what it gave up once there is a connection",
    breaks: "I1",
    file: "src/gateways/twilio/client.ts",
    find: "isGivenUp || ",
    replace: "",
    caughtBy: {
      file: "test/story/provider-answers.test.ts",
      test: "what was given up while it waited for a connection does not leave when there is one",
    },
  },
  {
    name: "takes no notice of a machine that slept",
    breaks: "I1",
    file: "src/clock.ts",
    find: "monotonic: createMonotonic(),",
    replace: "monotonic: () => performance.now(),",
    caughtBy: { file: "test/unit/clock.test.ts", test: "so does the time that everything goes by" },
  },
  {
    name: "lets HTTP/2 send again",
    breaks: "I1",
    file: "src/gateways/twilio/client.ts",
    find: "allowH2: false",
    replace: "allowH2: true",
    caughtBy: {
      file: "test/unit/gateways/client.test.ts",
      test: "requests are HTTP/1.1, which sends nothing again by itself",
    },
  },
  {
    name: "takes an earlier attempt's message for a later one's",
    breaks: "I3",
    file: "src/deliveries/resolve.ts",
    find: "from status_callbacks",
    replace: "from (select * from status_callbacks where false) as none",
    caughtBy: {
      file: "test/db/races.test.ts",
      test: "the message of an earlier attempt is not found for a later one",
    },
  },
  {
    name: "takes what was claimed after Resume for older than it",
    breaks: "halt",
    file: "src/db/functions/claim_deliveries.sql",
    find: "greatest(now(), chosen.resumed_at)",
    replace: "now()",
    caughtBy: {
      file: "test/db/races.test.ts",
      test: "a claim that waited while somebody pressed Resume is a probe, and its refusal halts again",
    },
  },
  {
    name: "ends an alert by what it saw before it waited",
    breaks: "I2",
    file: "src/deliveries/finish.ts",
    find: ".where(and(inArray(sendings.id, ids), isOver))",
    replace: ".where(inArray(sendings.id, ids))",
    caughtBy: { file: "test/db/races.test.ts", test: "an alert is not over while somebody has something" },
  },
  {
    name: "bars a phone by old news",
    breaks: "I4",
    file: "src/deliveries/reports.ts",
    find: "where useless and was < 'delivered' and was < rank on",
    replace: "where useless on",
    caughtBy: {
      file: "test/story/provider-answers.test.ts",
      test: "who texts has a phone again, however often Twilio repeats",
    },
  },
  {
    name: "takes a webhook of another account",
    breaks: "signatures",
    file: "src/gateways/twilio/signature.ts",
    find: "if (fields.AccountSid !== identity.accountSid)",
    replace: "if (false)",
    caughtBy: { file: "test/story/bad-input.test.ts", test: "Twilio's webhooks refuse what is not signed" },
  },
  {
    name: "takes a replayed text for a new one",
    breaks: "signatures",
    file: "src/replies/inbound.ts",
    find: "if (kept.length === 0) return;",
    replace: "",
    caughtBy: { file: "test/story/phones.test.ts", test: "a STOP that comes twice" },
  },
  {
    name: "leaves a function in the database that is older than its file",
    breaks: "functions",
    file: "src/db/functions.ts",
    find: "of readFunctions()) await",
    replace: 'of readFunctions().filter(({ name }) => name !== "note_barred_phones")) await',
    caughtBy: { file: "test/db/functions.test.ts", test: "a new database has all of them and no other" },
  },
  {
    name: "changes a function and not the number",
    breaks: "functions",
    file: "src/db/functions/note_barred_phones.sql",
    find: "sign * count(*)",
    replace: "sign * count(*) * 1",
    caughtBy: { file: "test/db/functions.test.ts", test: "the number stands for exactly these files" },
  },
  {
    name: "has a business rule ask the audit log",
    breaks: "the house",
    file: "src/members/import.ts",
    find: "await tx.select({ phone: honouredRefusals.phone }).from(honouredRefusals);",
    replace:
      "await tx.execute<{ phone: string }>(sql`select detail ->> 'phone' as phone from audit_entries`);",
    caughtBy: {
      file: "test/architecture.test.ts",
      test: "the audit log is written and shown, and never asked",
    },
  },
  {
    name: "has a button without a listener",
    breaks: "the house",
    file: "src/slack/index.ts",
    find: '  discard: { role: "operator", run: discard },\n',
    replace: "",
    caughtBy: { file: "test/unit/slack/views-at-largest.test.ts", test: "buttons and selects" },
  },
];
