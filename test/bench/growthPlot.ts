/** Values by number of decisions. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly points: (readonly [decisions: number, value: number])[];
}

const PANEL = { width: 380, height: 210, left: 60, right: 36, top: 40, bottom: 40 } as const;
const COLUMNS = 2;
const TITLE_HEIGHT = 40;
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-size: 16px; font-weight: 600 }
  .name { font-weight: 600 } .grid { stroke: #ddd } .line { fill: none; stroke: #0b6bcb; stroke-width: 2 }
  .dot { fill: #0b6bcb } .back { fill: #fff }`;

/** One panel a series: decisions to the right on a logarithmic scale, the value upwards from 0. */
export function growthPlot(title: string, all: readonly Series[]): string {
  const rows = Math.ceil(all.length / COLUMNS);
  const [width, height] = [PANEL.width * COLUMNS, TITLE_HEIGHT + PANEL.height * rows];
  const panels = all.map((series, at) => {
    const [x, y] = [(at % COLUMNS) * PANEL.width, TITLE_HEIGHT + Math.floor(at / COLUMNS) * PANEL.height];
    return `<g transform="translate(${x} ${y})">${panel(series)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">`,
    `<style>${STYLE}</style><rect class="back" width="${width}" height="${height}"/>`,
    `<text class="title" x="${PANEL.left}" y="26">${title}</text>`,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panel({ name, unit, points }: Series): string {
  const decisions = points.map(([at]) => Math.log10(at));
  const [from, to] = [Math.min(...decisions), Math.max(...decisions, Math.min(...decisions) + 1)];
  const top = niceTop(Math.max(...points.map(([, value]) => value)));
  const plotWidth = PANEL.width - PANEL.left - PANEL.right;
  const plotHeight = PANEL.height - PANEL.top - PANEL.bottom;
  const xOf = (at: number): number => PANEL.left + ((Math.log10(at) - from) / (to - from)) * plotWidth;
  const yOf = (value: number): number => PANEL.top + (1 - value / top) * plotHeight;
  const grid = [0, 0.5, 1].map((share) => {
    const y = yOf(top * share).toFixed(1);
    const label = `<text x="${PANEL.left - 6}" y="${y}" dy="4" text-anchor="end">${short(top * share)}</text>`;
    return `<line class="grid" x1="${PANEL.left}" x2="${PANEL.width - PANEL.right}" y1="${y}" y2="${y}"/>${label}`;
  });
  const marks = points
    .filter(([at]) => Number.isInteger(Math.log10(at)))
    .map(
      ([at]) =>
        `<text x="${xOf(at).toFixed(1)}" y="${PANEL.height - PANEL.bottom + 18}" text-anchor="middle">${at.toLocaleString('en')}</text>`,
    );
  const path = points.map(([at, value]) => `${xOf(at).toFixed(1)},${yOf(value).toFixed(1)}`);
  const dots = path.map((place) => {
    const [x, y] = place.split(',');
    return `<circle class="dot" cx="${x}" cy="${y}" r="3"/>`;
  });
  const heading = `<text class="name" x="${PANEL.left}" y="24">${name} (${unit})</text>`;
  return [heading, ...grid, ...marks, `<polyline class="line" points="${path.join(' ')}"/>`, ...dots].join(
    '',
  );
}

/** The next of 1, 2, 5 times a power of ten. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
