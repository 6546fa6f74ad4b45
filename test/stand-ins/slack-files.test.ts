// Files that people put into a form, by the makers' rules:
// https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
import { expect, test } from "vitest";
import { createStandInTwilio } from "../../src/practice/stand-ins/twilio/twilio.ts";
import { createTroubles } from "../../src/practice/trouble/troubles.ts";
import { manifestOf } from "../helpers/manifest.ts";
import { modal, plain, setUp, slackError } from "../helpers/stand-in-slack.ts";

const scopes = ["chat:write", "commands", "files:read", "files:write"];
const LIST = "Account,Name\r\n1,Zoë\r\n";
const form = (more: object = {}) =>
  modal("Import", {
    blocks: [
      {
        type: "input",
        block_id: "b",
        label: plain("File"),
        element: { type: "file_input", action_id: "file", filetypes: ["csv", "xlsx"], max_files: 1, ...more },
      },
    ],
  });

/** Ana has a form open that takes one file. */
async function opened(options: { scopes?: string[]; form?: ReturnType<typeof form> } = {}) {
  const set = await setUp({ manifest: manifestOf({ scopes: options.scopes ?? scopes }) });
  const { slack, app } = set;
  const submitted: unknown[] = [];
  let refusal: unknown;
  app.command("/alert", async ({ ack, body, client }) => {
    refusal = await slackError(
      client.apiCall("views.open", { trigger_id: body.trigger_id, view: options.form ?? form() }),
    );
    await ack();
  });
  app.view("form", async ({ ack, view }) => {
    submitted.push(view.state.values.b?.file);
    await ack();
  });
  await slack.runCommand("U0ANA", "/alert");
  const submit = (...files: (string | undefined)[]) =>
    slack.submit("U0ANA", slack.topView("U0ANA")?.id ?? "", { b: files.map((id) => id ?? "") });
  const fetchAs = (url: string, token?: string) =>
    fetch(url, { redirect: "manual", headers: token ? { authorization: `Bearer ${token}` } : {} });
  return { ...set, submitted, submit, fetchAs, refusal };
}

const csv = { name: "My Members.CSV", content: Buffer.from(LIST) };

test("a file in a form arrives as Slack's file, and its content for the app's own token", async () => {
  const { slack, client, submitted, submit, fetchAs } = await opened();
  const { id = "" } = slack.upload("U0ANA", csv);
  expect(await submit()).toMatchObject({ errors: { b: "Please complete this required field." } });
  await submit(id);
  const { file } = await client.files.info({ file: id });
  expect(submitted).toEqual([{ type: "file_input", files: [file] }]);
  expect(file).toMatchObject({
    id,
    name: "My Members.CSV",
    mimetype: "text/csv",
    filetype: "csv",
    size: csv.content.length,
    user: "U0ANA",
    mode: "hosted",
    is_public: false,
    url_private: expect.stringMatching(/\/files-pri\/T0PRACTICE-F\w+\/my_members.csv$/),
    url_private_download: expect.stringMatching(/\/files-pri\/T0PRACTICE-F\w+\/download\/my_members.csv$/),
  });
  for (const url of [file?.url_private, file?.url_private_download]) {
    const answer = await fetchAs(url ?? "", slack.botToken);
    expect([answer.headers.get("content-type"), await answer.text()]).toEqual(["text/csv", LIST]);
    for (const token of [undefined, "xoxb-wrong"]) {
      const page = await fetchAs(url ?? "", token);
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(await page.text()).toMatch(/^<!DOCTYPE html>/);
    }
  }
});

test("a file is its uploader's: the app can't delete it, nor can anybody else, and a form takes no other's", async () => {
  const { slack, client, submit, submitted } = await opened();
  const { id = "" } = slack.upload("U0ANA", csv);
  await submit(id);
  const [held] = submitted;
  expect(held).toMatchObject({ files: [{ id }] });
  expect(await slackError(client.files.delete({ file: id }))).toBe("cant_delete_file");
  expect(() => slack.deleteFile("U0BEN", id)).toThrow("no file");
  slack.deleteFile("U0ANA", id);
  expect(await slackError(client.files.info({ file: id }))).toBe("file_deleted");
  expect(await slackError(client.files.info({ file: "F0NONE" }))).toBe("file_not_found");
  await slack.runCommand("U0ANA", "/alert");
  const others = slack.upload("U0BEN", csv);
  for (const gone of [id, others.id]) await expect(submit(gone)).rejects.toThrow("not among the options");
});

test("the app's own file it may delete", async () => {
  const { slack, client } = await opened();
  await client.files.uploadV2({ channel_id: slack.channelId, filename: "log.csv", content: LIST });
  const [file] = slack.messages("U0ANA").at(-1)?.files ?? [];
  expect(await slackError(client.files.delete({ file: file?.id ?? "" }))).toBe("ok");
  expect(slack.messages("U0ANA").at(-1)?.files).toEqual([]);
});

test("at most 10 MB, and as many as the form says; what is in a file nobody looks at", async () => {
  const { slack, submit, submitted } = await opened();
  const MB = 1024 * 1024;
  expect(slack.upload("U0ANA", { name: "a.csv", content: Buffer.alloc(10 * MB + 1) }).failure).toMatch(
    "10 MB",
  );
  const largest = slack.upload("U0ANA", { name: "a.csv", content: Buffer.alloc(10 * MB) }).id;
  const page = slack.upload("U0ANA", { name: "page.csv", content: Buffer.from("<html>") }).id;
  expect((await submit(largest, page)).errors).toEqual({ b: "Please choose at most 1." });
  expect((await submit(page)).errors).toEqual({});
  expect(submitted).toMatchObject([{ files: [{ mimetype: "text/csv" }] }]);
});

test.each([
  ["without files:read", { scopes: ["chat:write", "commands"] }, "missing_scope"],
  ["with eleven files", { form: form({ max_files: 11 }) }, "invalid_arguments"],
  ["with no file at all", { form: form({ max_files: 0 }) }, "invalid_arguments"],
])("a form %s is not opened", async (_, options, error) => {
  const { slack, refusal } = await opened(options);
  expect([refusal, slack.topView("U0ANA")]).toEqual([error, undefined]);
});

test("a download may lead elsewhere, show a page, or break off", async () => {
  const { slack, client, fetchAs } = await opened();
  const { id = "" } = slack.upload("U0ANA", csv);
  const url = async () => (await client.files.info({ file: id })).file?.url_private_download ?? "";
  const load = async () => fetchAs(await url(), slack.botToken);
  const troubles = createTroubles({
    slack,
    twilio: createStandInTwilio({ from: "+12065550199", phones: [] }),
  });
  const during = async (name: string) => {
    troubles.begin(name);
    const answer = await load();
    troubles.end(name);
    return answer;
  };
  expect((await during("file-elsewhere")).status).toBe(302);
  expect((await during("file-page")).headers.get("content-type")).toBe("text/html");
  await expect((await during("file-cut-off")).text()).rejects.toThrow();
  slack.setPublicUrl(slack.workspace.publicUrl.replace("127.0.0.1", "localhost"));
  expect(new URL(await url()).hostname).toBe("localhost");
  slack.wantFilesElsewhere(true);
  expect(new URL(await url()).hostname).toBe("127.0.0.1");
  slack.wantFilesElsewhere(false);
  expect(await (await load()).text()).toBe(LIST);
  const known = await url();
  slack.reinstallApp(scopes.filter((scope) => scope !== "files:read"));
  expect((await fetchAs(known, slack.botToken)).headers.get("content-type")).toMatch("text/html");
  slack.reinstallApp(scopes);
  slack.uninstallApp();
  expect((await fetchAs(known, slack.botToken)).headers.get("content-type")).toMatch("text/html");
});
