// Step 2: the form, and what the server thinks of what was filled in.
import { expect, test as story } from "vitest";
import { z } from "zod";
import { zones } from "../../src/practice/co-op/people.ts";
import { audienceOf } from "../helpers/audience.ts";
import { openScene, type Scene, textOf } from "../helpers/scene.ts";

const FILLED = { Zones: ["Old Town"], Kind: "Emergency", Message: "Boil your water." };

async function opensForm(scene: Scene) {
  await scene.priya.runs("/alert");
  await scene.priya.sees("New alert");
}

/** The draft was refused: the form stays, and nothing else shows that there was one. */
async function expectNothingKept(scene: Scene) {
  expect(scene.priya.modal().content.title.text).toBe("New alert");
  expect(scene.boardMessages()).toEqual([]);
  expect(await scene.audit("reviewed")).toEqual([]);
  expect(await scene.alerts()).toEqual([]);
}

const SAYS_NOTHING = "This says nothing yet";

const Submission = z.looseObject({
  view: z.looseObject({ state: z.object({ values: z.record(z.string(), z.unknown()) }) }),
});

/** Fills in the form, but what arrives signed by Slack says something else than the form could. */
async function submitsForged(scene: Scene, values: Record<string, unknown>) {
  // Refused for its text, so that the form stays.
  await scene.priya.submits({ ...FILLED, Message: "too long ".repeat(300) });
  const sent = new URLSearchParams(scene.slack.lastRequest()?.body).get("payload") ?? "";
  const payload = Submission.parse(JSON.parse(sent));
  payload.view.state.values = {
    ...payload.view.state.values,
    message: { message: { type: "plain_text_input", value: "Boil your water." } },
    ...values,
  };
  return scene.slack.send({ payload: JSON.stringify(payload) });
}

const zonesOf = (...values: string[]) => ({
  zones: { zones: { type: "multi_static_select", selected_options: values.map((value) => ({ value })) } },
});

story("the form offers every zone with the members it reaches, all of them, and four kinds", async () => {
  const scene = await openScene();
  await opensForm(scene);
  const offered = textOf(scene.priya.modal().content.blocks).split("\n");
  const count = (...names: string[]) => `(${audienceOf(names).reached} members)`;
  expect(offered.filter((line) => line.includes("members)"))).toEqual([
    `All zones ${count(...zones)}`,
    ...zones.toSorted().map((name) => `${name} ${count(name)}`),
  ]);
  expect(offered).toEqual(expect.arrayContaining(["Emergency", "Service notice", "Meeting", "Other"]));
  expect(scene.priya.modal().content).toMatchObject({
    submit: { text: "Review" },
    close: { text: "Cancel" },
  });
});

story("Review makes a draft: text, kind and zones stand in its message and in the audit log", async () => {
  const scene = await openScene();
  await opensForm(scene);
  await scene.priya.submits({
    Zones: ["River Road", "Old Town"],
    Kind: "Service notice",
    Message: "  No water on Tuesday.\r\nFrom 8 to 10.  ",
  });
  const review = await scene.messageSaying("Nothing is sent yet");
  expect(textOf(review.blocks)).toContain("*Service notice* by <@U0PRIYA>\n*Zones:* Old Town, River Road\n");
  expect(textOf(review.blocks)).toContain("\nNo water on Tuesday.\nFrom 8 to 10.\n");
  expect(await scene.priya.sees("Your review")).toContain("*Nothing is sent yet.*");
  expect(await scene.audit("reviewed")).toEqual([
    {
      actor: scene.priya.id,
      alertId: expect.any(Number),
      kind: "service",
      zones: ["Old Town", "River Road"],
      phones: audienceOf(["Old Town", "River Road"]).phones.length,
      text: "No water on Tuesday.\nFrom 8 to 10.",
    },
  ]);
  expect(scene.twilio.requests).toEqual([]);
});

story("a form that arrives twice is one draft, and one message", async () => {
  const scene = await openScene();
  await opensForm(scene);
  await scene.priya.submits(FILLED);
  const submission = scene.slack.lastRequest();
  if (!submission) throw new Error("no request");
  await scene.messageSaying("Nothing is sent yet");
  expect((await scene.slack.replay(submission)).status).toBe(200);
  expect(await scene.alerts()).toHaveLength(1);
  expect(scene.slack.calls.filter(({ method }) => method === "chat.postMessage")).toHaveLength(1);
});

story("All zones reaches everybody, by the names of the zones", async () => {
  const scene = await openScene();
  await scene.reviews(scene.priya, { zones: ["All zones"] });
  const review = await scene.messageSaying("Nothing is sent yet");
  expect(textOf(review.blocks)).toContain(
    "*Zones:* All zones: Mill Flats, North Ridge, Old Town, River Road",
  );
  expect(review.text).toContain(`to ${audienceOf(zones).phones.length} phones`);
});

story("all zones and one of them at once is refused at the field", async () => {
  const scene = await openScene();
  await opensForm(scene);
  const { errors } = await scene.priya.submits({ ...FILLED, Zones: ["All zones", "Old Town"] });
  expect(errors).toEqual({ zones: expect.stringContaining("not both") });
  await expectNothingKept(scene);
});

const FORGED = [
  { what: "no zone at all", forged: zonesOf(), says: "Choose at least one zone" },
  { what: "an unknown zone", forged: zonesOf("4711"), says: "Choose at least one zone" },
  { what: "a known zone and an unknown one", forged: zonesOf("1", "4711"), says: "no longer there" },
  { what: "a zone that is no number", forged: zonesOf("everybody"), says: "Choose at least one zone" },
  { what: "a zone beyond all numbers", forged: zonesOf("99999999999"), says: "Choose at least one zone" },
];

story("what names no zone means nobody, never everybody, even where Slack itself says so", async () => {
  const scene = await openScene();
  await opensForm(scene);
  for (const { what, forged, says } of FORGED) {
    const { body } = await submitsForged(scene, forged);
    expect(JSON.parse(body), what).toEqual({
      response_action: "errors",
      errors: { zones: expect.stringContaining(says) },
    });
  }
  await expectNothingKept(scene);
});

story.each([
  { what: "none", option: null },
  { what: "an unknown one", option: { value: "joke" } },
])("of kinds, $what is refused at its field", async ({ option }) => {
  const scene = await openScene();
  await opensForm(scene);
  const { body } = await submitsForged(scene, {
    kind: { kind: { type: "radio_buttons", selected_option: option } },
  });
  expect(JSON.parse(body)).toMatchObject({ errors: { kind: "Choose what kind of alert this is." } });
  await expectNothingKept(scene);
});

story("zones in which nobody can be reached are refused at the field", async () => {
  const scene = await openScene();
  await opensForm(scene);
  await scene.everybodyOptsOut();
  const { errors } = await scene.priya.submits(FILLED);
  expect(errors).toEqual({ zones: expect.stringContaining("Nobody in these zones can be reached") });
  await expectNothingKept(scene);
});

const REFUSED = [
  { what: "nothing but spaces", message: "  \n\t ", says: "Write the message" },
  { what: "nothing that is visible", message: "\u200b\u2060", says: "Write the message" },
  {
    what: "one character over six segments",
    message: "x".repeat(919),
    says: "This is 1 character too long.",
  },
  { what: "far too much", message: "x".repeat(1_303), says: "This is about 390 characters too long." },
  {
    what: "brackets, which count two",
    message: `No water [${"x]".repeat(310)}`,
    says: "This is about 30 characters too long. Please shorten it. At most 918 fit.",
  },
  {
    what: "too much because of one accent",
    message: `María: ${"x".repeat(400)}`,
    says: "This is 5 characters too long. Please shorten it. The character í makes every text hold 67 characters",
  },
  { what: "a call to everybody", message: "Boil your water <!channel>", says: '"<!channel>"' },
  { what: "a mention", message: "Ask <@U0ANA> about it", says: '"<@U0ANA>"' },
  { what: "an emoji by its name", message: "Boil your water :warning:", says: '":warning:"' },
  { what: "several at once", message: "Boil :droplet::warning:", says: '":droplet::warning:"' },
  { what: "one beside a word", message: "Boil it now:warning:", says: '":warning:"' },
  { what: "one of no letters", message: "Thanks :100:", says: '":100:"' },
  { what: "one that something invisible hides", message: "Boil :war\u200bning:", says: '":warning:"' },
  { what: "a mention in full-width signs", message: "Boil ＜!here＞", says: '"<!here>"' },
  { what: "one in full-width colons", message: "Boil\uff1awarning\uff1a", says: '":warning:"' },
  { what: "a mention that Slack escaped", message: "Boil &lt;!here&gt;", says: '"<!here>"' },
  { what: "a mention that was cut off", message: "Ask <@U0PRIYA", says: '"<@U0PRIYA"' },
  { what: "the prefilled name alone", message: "Mill Creek Water Co-op: ", says: SAYS_NOTHING },
  { what: "the name and a sign", message: "MILL CREEK WATER CO-OP: \u{1f4a7}!", says: SAYS_NOTHING },
  { what: "a link alone", message: "<https://mill.example|mill.example>", says: SAYS_NOTHING },
  { what: "numbers alone", message: "<tel:+12065550100|206-555-0100>", says: SAYS_NOTHING },
  { what: "signs alone", message: "...", says: SAYS_NOTHING },
];

story("what can't be a message is refused at its field, however often it is tried", async () => {
  const scene = await openScene();
  await opensForm(scene);
  for (const { what, message, says } of REFUSED) {
    const { errors } = await scene.priya.submits({ ...FILLED, Message: message });
    expect(errors, what).toEqual({ message: expect.stringContaining(says) });
  }
  await expectNothingKept(scene);
});

story(
  "what the form begins with is no message: Review says so at its field, and takes what is added",
  async () => {
    const scene = await openScene();
    await opensForm(scene);
    const { errors } = await scene.priya.submits({ Zones: ["Old Town"], Kind: "Emergency" });
    expect(errors).toEqual({ message: expect.stringContaining(SAYS_NOTHING) });
    await expectNothingKept(scene);
    await scene.priya.submits({ ...FILLED, Message: "Mill Creek Water Co-op: boil your water." });
    await scene.messageSaying("Nothing is sent yet");
  },
);

story("several things wrong are said at once, each at its field, and mended there", async () => {
  const scene = await openScene();
  await opensForm(scene);
  const { errors } = await scene.priya.submits({
    ...FILLED,
    Zones: ["All zones", "Old Town"],
    Message: "Ask <@U0ANA>",
  });
  expect(Object.keys(errors).toSorted()).toEqual(["message", "zones"]);
  await scene.priya.submits(FILLED);
  await scene.messageSaying("Nothing is sent yet");
});

story.each([
  { what: "exactly six segments", typed: "x".repeat(918), text: "x".repeat(918) },
  {
    what: "curly quotes, dashes and odd spaces",
    typed: "“Don’t drink” — boil… first\u00a0of all",
    text: '"Don\'t drink" - boil... first of all',
  },
  {
    what: "links that Slack made",
    typed: "Call <tel:+12065550100|206-555-0100> or see <https://mill.example/a?b=1&amp;c=2>",
    text: "Call 206-555-0100 or see https://mill.example/a?b=1&c=2",
  },
  {
    what: "accents",
    typed: "Señora Muñoz: agua limpia á las 10:30:00",
    text: "Señora Muñoz: agua limpia á las 10:30:00",
  },
  { what: "a real emoji", typed: "Water is back 👩‍🔧", text: "Water is back 👩‍🔧" },
  { what: "times, ratios and colons", typed: "Note:: 10:30:45, 1:2:3", text: "Note:: 10:30:45, 1:2:3" },
  { what: "signs that Slack escapes", typed: "pH &lt; 7 &amp; rising", text: "pH < 7 & rising" },
])("a text with $what goes out as the review shows it", async ({ typed, text }) => {
  const scene = await openScene();
  const review = await scene.reviews(scene.priya, { zones: ["Mill Flats"], message: typed });
  expect(review.blocks).toContainEqual(
    expect.objectContaining({
      type: "rich_text",
      elements: [
        expect.objectContaining({
          type: "rich_text_preformatted",
          elements: [expect.objectContaining({ type: "text", text })],
        }),
      ],
    }),
  );
  await scene.priya.presses("Send to", review);
  await scene.messageSaying(/^Sent \d+ of \d+/);
  expect(new Set(scene.twilio.requests.map(({ body }) => body))).toEqual(new Set([text]));
});

story.each([
  {
    typed: "Boil it for 1½ minutes… “Really” – please",
    sent: 'Boil it for 1 1/2 minutes... "Really" - please',
    told: "To cost less: “1½” is written “1 1/2”, “…” is written “...”.",
  },
  // Nothing here is formatted.
  {
    typed: "✱ Boil ✱ ＜5 psi",
    sent: "* Boil * <5 psi",
    told: "To cost less: “✱” is written “*”, “＜” is written “<”.",
  },
  { typed: "“Boil” it – don’t wait", sent: '"Boil" it - don\'t wait', told: undefined },
  { typed: "María: hierva 1½ minutos", sent: "María: hierva 1½ minutos", told: undefined },
])("the review says what is written otherwise than typed: $typed", async ({ typed, sent, told }) => {
  const scene = await openScene();
  await opensForm(scene);
  await scene.priya.submits({ ...FILLED, Message: typed });
  const review = await scene.messageSaying("Nothing is sent yet");
  const lines = textOf(review.blocks).split("\n");
  expect(lines).toContain(sent);
  expect(lines.filter((line) => line.startsWith("To cost less"))).toEqual(told === undefined ? [] : [told]);
});
