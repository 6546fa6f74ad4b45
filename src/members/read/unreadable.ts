/** What is wrong with the file as a whole, in plain words; nothing was imported. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}

/** What helps with nearly every file that can't be read. */
export const SAVE_AS_CSV =
  'In the program that made it choose "Save As" or "Export", and the type "CSV UTF-8".';
