import { element, icon } from '../element.ts';
import type { Chip } from '../protocol.ts';
import { chipIcon } from './suggestions.ts';

export interface ChipRow {
  readonly element: HTMLElement;
  update(chips: readonly Chip[]): void;
  ids(): string[];
}

/** What goes along with the prompt; each can be taken away. */
export function createChipRow(onRemove: (id: string) => void): ChipRow {
  const root = element('div', { class: 'chips', role: 'list', label: 'Goes along with the prompt' });
  let shown: readonly Chip[] = [];
  let key = '';
  return {
    element: root,
    update: (chips) => {
      shown = chips;
      root.hidden = chips.length === 0;
      const wanted = JSON.stringify(chips);
      if (wanted === key) return;
      key = wanted;
      root.replaceChildren(...chips.map((chip) => chipElement(chip, () => onRemove(chip.id))));
    },
    ids: () => shown.map((chip) => chip.id),
  };
}

function chipElement(chip: Chip, onRemove: () => void): HTMLElement {
  const remove = element(
    'button',
    {
      class: 'chipRemove',
      title: `Remove ${chip.title}`,
      label: `Remove ${chip.title}`,
      attributes: { type: 'button' },
    },
    icon('close'),
  );
  remove.addEventListener('click', onRemove);
  return element(
    'span',
    { class: 'chip', role: 'listitem', title: chip.detail },
    icon(chipIcon(chip.kind)),
    element('span', { class: 'chipTitle', text: chip.title }),
    remove,
  );
}
