import { amountWords } from '../displayWords.ts';
import { element } from '../element.ts';
import type { FacetView } from '../knowledgeProtocol.ts';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 80;
const HEIGHT = 20;
const MIDDLE = 0.5;
const LEAST_SPAN = 0.2;

/** A bar from the middle to the value, between its two ends, with the figure, how often it moved, and which way lately. */
export function facetChart(facet: FacetView): HTMLElement {
  const { low, high, value, n, changes } = facet;
  const figure = value.toFixed(2);
  const words = `${figure}, where 0 is ${low} and 1 is ${high}; ${amountWords(n, 'change')}`;
  const fill = element('span', { class: 'barFill' });
  fill.style.left = `${Math.min(value, MIDDLE) * 100}%`;
  fill.style.width = `${Math.abs(value - MIDDLE) * 100}%`;
  const mark = element('span', { class: 'barMark' });
  mark.style.left = `${value * 100}%`;
  const bar = element('span', { class: 'bar', role: 'img', label: words }, fill, mark);
  const ends = element(
    'span',
    { class: 'barEnds quiet', attributes: { 'aria-hidden': 'true' } },
    element('span', { text: low }),
    element('span', { text: high }),
  );
  const chart = element(
    'div',
    { class: 'facet' },
    element('span', { class: 'barBox' }, bar, ends),
    element('span', { class: 'facetFigure', text: figure, attributes: { 'aria-hidden': 'true' } }),
    trendLine(facet.trend),
  );
  const lately = element('p', { class: 'quiet', text: `Lately: ${changes.join('; ')}` });
  lately.hidden = changes.length === 0;
  return element('div', {}, chart, lately);
}

/** Values in their order as a line; decoration, the words below it say the same. */
function trendLine(values: readonly number[]): SVGElement {
  const line = document.createElementNS(SVG, 'svg');
  line.setAttribute('class', 'trend');
  line.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  line.setAttribute('aria-hidden', 'true');
  if (values.length < 2) return line;
  const [from, to] = [Math.min(...values), Math.max(...values)];
  // Small moves stay small.
  const span = Math.max(to - from, LEAST_SPAN);
  const middle = (from + to) / 2;
  const points = values.map((value, at) => {
    const x = 2 + (at / (values.length - 1)) * (WIDTH - 4);
    return `${x.toFixed(1)},${(HEIGHT / 2 - ((value - middle) / span) * (HEIGHT - 4)).toFixed(1)}`;
  });
  const path = document.createElementNS(SVG, 'polyline');
  path.setAttribute('points', points.join(' '));
  line.append(path);
  return line;
}
