import * as z from 'zod';
import { textSchema, ulidSchema } from '../../sidecar/protocol/ids.ts';
import { readingSchema } from '../../sidecar/protocol/readingSchemas.ts';
import { categorySchema } from '../../sidecar/protocol/words.ts';

const KEY = 'whetstone.panel';
const MAX_HISTORY = 100;
const MAX_PROMPT = 20_000;
const MAX_QUESTIONS = 5;

const questionSchema = z.object({
  request: ulidSchema,
  thread: ulidSchema,
  prompt: textSchema,
  category: categorySchema.optional(),
  rows: z.array(readingSchema).max(3),
});
/** A request that waits for the user to say what it means; nothing was attached to it. */
export type OpenQuestion = z.infer<typeof questionSchema>;

const storedSchema = z.object({
  thread: ulidSchema,
  draft: z.string(),
  history: z.array(z.string()),
  questions: z.array(questionSchema).default([]),
});
type Stored = z.infer<typeof storedSchema>;

/** The part of VS Code's Memento that is used. */
export interface KeyValueStore {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** What the panel keeps of a workspace over reloads: its thread, what is typed, earlier prompts. */
export interface PanelMemory {
  readonly thread: string;
  newThread(): void;
  draft(): string;
  setDraft(text: string): void;
  /** Newest first. */
  history(): string[];
  remember(prompt: string): void;
  /** Open questions of this thread, oldest first. */
  questions(): readonly OpenQuestion[];
  keepQuestion(question: Omit<OpenQuestion, 'thread'>): void;
  dropQuestion(request: string): void;
}

export function createPanelMemory(store: KeyValueStore, newId: () => string): PanelMemory {
  const parsed = storedSchema.safeParse(store.get(KEY));
  let stored: Stored = parsed.success
    ? parsed.data
    : { thread: newId(), draft: '', history: [], questions: [] };
  const put = (change: Partial<Stored>): void => {
    stored = { ...stored, ...change };
    store.update(KEY, stored);
  };
  if (!parsed.success) put({});
  return {
    get thread() {
      return stored.thread;
    },
    newThread: () => put({ thread: newId() }),
    draft: () => stored.draft,
    setDraft: (draft) => put({ draft }),
    history: () => stored.history,
    remember(prompt) {
      const kept = prompt.slice(0, MAX_PROMPT);
      const others = stored.history.filter((other) => other !== kept);
      put({ history: [kept, ...others].slice(0, MAX_HISTORY), draft: '' });
    },
    questions: () => stored.questions.filter(({ thread }) => thread === stored.thread),
    keepQuestion: (question) =>
      put({ questions: [...stored.questions, { ...question, thread: stored.thread }].slice(-MAX_QUESTIONS) }),
    dropQuestion(request) {
      const questions = stored.questions.filter((each) => each.request !== request);
      if (questions.length < stored.questions.length) put({ questions });
    },
  };
}
