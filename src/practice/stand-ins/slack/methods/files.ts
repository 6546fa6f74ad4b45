// https://docs.slack.dev/reference/methods/files.getUploadURLExternal
import { z } from "zod";
import { deleteFile, filePayload } from "../files/file.ts";
import { addMessage, type SlackFile, type Workspace } from "../workspace.ts";
import { channelFor, fail, id, type Method, method, tier3, tier4 } from "./method.ts";

const UPLOAD_LIMIT = 1_000_000_000;

/** @returns the error where there is no such file any more */
function findFile({ files }: Workspace, id: string): SlackFile | string {
  const file = files.get(id);
  if (file?.isDeleted) return "file_deleted";
  return file?.content === undefined ? "file_not_found" : file;
}

export const fileMethods: Record<string, Method> = {
  "files.info": method(
    { scope: "files:read", perMinute: tier4 },
    z.object({ file: id }),
    (workspace, args) => {
      const file = findFile(workspace, args.file);
      if (typeof file === "string") return fail(file);
      return { ok: true, file: filePayload(workspace, file), comments: [], paging: {} };
    },
  ),

  // https://docs.slack.dev/reference/methods/files.delete: what a person uploaded stays that person's.
  "files.delete": method(
    { scope: "files:write", perMinute: tier3 },
    z.object({ file: id }),
    (workspace, args) => {
      const file = findFile(workspace, args.file);
      if (typeof file === "string") return fail(file);
      if (file.owner !== workspace.app.userId) return fail("cant_delete_file");
      deleteFile(workspace, file);
      return { ok: true };
    },
  ),

  "files.getUploadURLExternal": method(
    { scope: "files:write", perMinute: tier4 },
    z.object({ filename: id, length: z.coerce.number().int().min(1) }),
    (workspace, { filename, length }) => {
      if (length > UPLOAD_LIMIT) return fail("file_upload_size_restricted");
      const fileId = workspace.newId("F");
      workspace.files.set(fileId, {
        id: fileId,
        name: filename,
        title: filename,
        length,
        content: undefined,
        owner: workspace.app.userId,
        created: workspace.now(),
        isDeleted: false,
      });
      const target = new URL(`${workspace.publicUrl}/slack/upload/${fileId}`);
      // It would arrive there all the same.
      if (workspace.conditions.wantsFilesElsewhere) target.hostname = "127.0.0.1";
      return { ok: true, upload_url: target.href, file_id: fileId };
    },
  ),

  "files.completeUploadExternal": method(
    { scope: "files:write", perMinute: tier4 },
    z.object({
      files: z.array(z.object({ id, title: z.string().optional() })).min(1),
      channel_id: id.optional(),
      thread_ts: z.string().optional(),
      initial_comment: z.string().optional(),
    }),
    (workspace, args) => {
      const files = args.files.flatMap(({ id, title }) => {
        const file = workspace.files.get(id);
        if (file?.content === undefined) return [];
        return [Object.assign(file, title ? { title } : {})];
      });
      if (files.length < args.files.length) return fail("file_not_found");
      if (args.channel_id !== undefined) {
        // A person's id is no channel here, unlike in chat.postMessage.
        const channel = workspace.people.has(args.channel_id)
          ? "channel_not_found"
          : channelFor(workspace, args.channel_id);
        if (typeof channel === "string") return fail(channel);
        addMessage(workspace, {
          channelId: channel.id,
          user: workspace.app.userId,
          text: args.initial_comment ?? "",
          threadTs: args.thread_ts,
          files,
        });
      }
      return { ok: true, files: files.map(({ id, name, title }) => ({ id, name, title })) };
    },
  ),
};
