import { type Entry, SECTIONS, type Section } from '../../webview/knowledgeProtocol.ts';

/** A row of the tree, without anything of the editor. */
export type TreeRow =
  | { readonly kind: 'section'; readonly section: Section; readonly label: string; readonly count: number }
  | { readonly kind: 'entry'; readonly entry: Entry }
  /** Nothing could be read. */
  | { readonly kind: 'failed'; readonly message: string };

const SECTION_LABELS: Readonly<Record<Section, string>> = {
  rules: 'Rules',
  preferences: 'Preferences',
  goals: 'Goals',
  facets: 'Style',
  tastes: 'Taste',
  history: 'History',
  blocks: 'Never Suggested',
};

/** Sections that have entries; none where nothing is known, so that the editor shows the view's welcome. */
export function sectionRows(entries: readonly Entry[]): TreeRow[] {
  return SECTIONS.flatMap((section) => {
    const count = entries.filter((each) => each.section === section).length;
    return count === 0 ? [] : [{ kind: 'section' as const, section, label: SECTION_LABELS[section], count }];
  });
}

export const entryRows = (entries: readonly Entry[], section: Section): TreeRow[] =>
  entries.filter((each) => each.section === section).map((entry) => ({ kind: 'entry', entry }));

/** Beside the sentence: what is behind it, or why it does not act. */
export function rowDescription({ section, on, pinned, notes, evidence }: Entry): string {
  if (section === 'tastes') return notes[0] ?? '';
  const rests = notes.find((note) => note.startsWith('Rests'));
  const state = on === false ? (rests ?? 'Off') : pinned ? 'Pinned' : undefined;
  // There is little room.
  return [state, evidence?.replace(', 0 against', '')].filter((each) => each !== undefined).join(' · ');
}

/** Everything that is said of it, for the tooltip and for screen readers. */
export function rowDetails({ text, detail, notes, evidence, lastUsed }: Entry): string {
  const used = lastUsed === undefined ? undefined : `Used last on ${lastUsed.slice(0, 10)}`;
  return [text, detail, evidence, used, ...notes].filter((each) => each !== undefined).join('\n');
}

/** What can be done with it, for the `when` clauses of its menu. */
export function rowContext({ on, pinned, editable, deletable, evidence }: Entry): string {
  return [
    'entry',
    on !== undefined && 'switchable',
    pinned === true && 'pinned',
    pinned === false && 'pinnable',
    editable !== undefined && 'editable',
    deletable && 'deletable',
    evidence !== undefined && 'evidenced',
  ]
    .filter(Boolean)
    .join(' ');
}
