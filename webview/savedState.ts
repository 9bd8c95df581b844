import * as z from 'zod';

const id = z.string().max(64);

/** What the page keeps in the editor's own store, so that a reload loses nothing that was typed or opened. */
export const savedStateSchema = z.object({
  draft: z.string().default(''),
  /** A prompt that was sent and has not come back as a card yet. */
  sent: z.string().optional(),
  /** Open candidate by request, where it is not the suggested one. */
  openTabs: z.record(id, id).default({}),
  unfolded: z.record(id, z.boolean()).default({}),
  /** The one card whose reason row or editor is open, with what was typed there. */
  work: z
    .object({
      request: id,
      mode: z.enum(['reasons', 'edit']),
      text: z.string(),
      all: z.boolean(),
      picked: z.array(z.string()),
    })
    .optional(),
  /** Pixels from the top; absent while the reader follows the end. */
  scroll: z.number().optional(),
});
export type SavedState = z.infer<typeof savedStateSchema>;

/** Reads what `getState` gave back; anything unreadable counts as nothing kept. */
export function readSavedState(kept: unknown): SavedState {
  const read = savedStateSchema.safeParse(kept ?? {});
  return read.success ? read.data : savedStateSchema.parse({});
}
