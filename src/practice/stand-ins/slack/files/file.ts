// Files of people, and of the app. https://docs.slack.dev/reference/objects/file-object
import { extname } from "node:path";
import { personOf, type SlackFile, type Workspace } from "../workspace.ts";

/** https://docs.slack.dev/reference/block-kit/block-elements/file-input-element */
const INPUT_BYTES = 10 * 1024 * 1024;
const TOO_LARGE = "This file is too large. The limit is 10 MB.";

/** What Slack makes of a name's end; it does not look into the file. */
const kinds: Record<string, { mimetype: string; pretty_type: string }> = {
  csv: { mimetype: "text/csv", pretty_type: "CSV" },
  html: { mimetype: "text/html", pretty_type: "HTML" },
  txt: { mimetype: "text/plain", pretty_type: "Plain Text" },
  xlsx: {
    mimetype: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    pretty_type: "Excel Spreadsheet",
  },
};
const unknown = { mimetype: "application/octet-stream", pretty_type: "Binary" };

export type Uploaded = { failure: string; id?: undefined } | { failure?: undefined; id: string };

/** A person puts a file into a form. */
export function upload(
  workspace: Workspace,
  userId: string,
  { name, content }: { name: string; content: Buffer },
): Uploaded {
  if (content.length > INPUT_BYTES) return { failure: TOO_LARGE };
  const id = workspace.newId("F");
  workspace.files.set(id, {
    id,
    name,
    title: name,
    length: content.length,
    content,
    owner: personOf(workspace, userId).id,
    created: workspace.now(),
    isDeleted: false,
  });
  return { id };
}

export function deleteFile(workspace: Workspace, file: SlackFile): void {
  Object.assign(file, { content: undefined, isDeleted: true });
  for (const message of workspace.messages) message.files = message.files.filter((it) => it !== file);
  workspace.changed();
}

/** The address of the file itself. */
function urlOf({ publicUrl, team, conditions }: Workspace, file: SlackFile, form: "/download" | ""): string {
  const name = encodeURIComponent(file.name.toLowerCase().replaceAll(" ", "_"));
  const url = new URL(`${publicUrl}/slack/files-pri/${team.id}-${file.id}${form}/${name}`);
  // It would be found there all the same.
  if (conditions.wantsFilesElsewhere) url.hostname = "127.0.0.1";
  return url.href;
}

/** The file in the form in which Slack tells the app of it. */
export function filePayload(workspace: Workspace, file: SlackFile) {
  const filetype = extname(file.name).slice(1).toLowerCase();
  const { mimetype, pretty_type } = kinds[filetype] ?? unknown;
  const created = Math.floor(file.created.getTime() / 1000);
  const { domain, id: teamId } = workspace.team;
  return {
    id: file.id,
    created,
    timestamp: created,
    name: file.name,
    title: file.title,
    mimetype,
    filetype: filetype in kinds ? filetype : "binary",
    pretty_type,
    user: file.owner,
    user_team: workspace.people.get(file.owner)?.teamId ?? teamId,
    editable: false,
    size: file.length,
    mode: "hosted",
    is_external: false,
    external_type: "",
    is_public: false,
    public_url_shared: false,
    display_as_bot: false,
    username: "",
    url_private: urlOf(workspace, file, ""),
    url_private_download: urlOf(workspace, file, "/download"),
    permalink: `https://${domain}.slack.com/files/${file.owner}/${file.id}/${encodeURIComponent(file.name)}`,
    has_rich_preview: false,
    file_access: "visible",
  };
}
