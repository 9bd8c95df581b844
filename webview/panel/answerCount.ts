import { createDropdown } from '../components/dropdown.ts';
import { type Candidates, candidatesSchema } from '../protocol.ts';

const CHOICES: readonly Candidates[] = ['auto', 1, 2, 3, 4];

export interface AnswerCount {
  readonly element: HTMLElement;
  update(candidates: Candidates): void;
}

/** How many answers each request gets. It shows what is in force, which the host tells. */
export function createAnswerCount(onChoose: (candidates: Candidates) => void): AnswerCount {
  const choice = createDropdown({
    label: 'Number of answers',
    title: 'Answers for each request; auto makes a second one where the first is likely to be denied',
    class: 'quiet',
    lead: { icon: 'layers', text: 'answers:' },
    options: CHOICES.map((each) => ({ value: String(each), text: String(each) })),
    value: 'auto',
    onChange: (value) => onChoose(candidatesSchema.parse(value === 'auto' ? value : Number(value))),
  });
  return { element: choice.element, update: (candidates) => choice.set(String(candidates)) };
}
