const SIZE = { width: 640, height: 300, left: 50, right: 110, top: 50, bottom: 40 } as const;
/** Requests that one point is the mean of. */
const WINDOW = 10;
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #ddd } .on { stroke: #0b6bcb } .off { stroke: #999; stroke-dasharray: 5 4 }
  polyline { fill: none; stroke-width: 2 } .back { fill: #fff }`;

/** Utility over requests, the mean of the last ten at each, with learning on and off. */
export function tastePlot(
  persona: string,
  { on, off }: { readonly on: readonly number[]; readonly off: readonly number[] },
): string {
  const lines = { on: smoothed(on), off: smoothed(off) };
  const all = [...lines.on, ...lines.off];
  const low = Math.floor(2 * Math.min(...all)) / 2;
  const high = Math.ceil(2 * Math.max(...all)) / 2;
  const xOf = (at: number): number =>
    SIZE.left + (at / Math.max(1, on.length - 1)) * (SIZE.width - SIZE.left - SIZE.right);
  const yOf = (value: number): number =>
    SIZE.top + ((high - value) / Math.max(0.5, high - low)) * (SIZE.height - SIZE.top - SIZE.bottom);
  const grid = steps(low, high).map((value) => {
    const y = yOf(value).toFixed(1);
    const label = `<text x="${SIZE.left - 8}" y="${y}" dy="4" text-anchor="end">${value}</text>`;
    return `<line class="grid" x1="${SIZE.left}" x2="${SIZE.width - SIZE.right}" y1="${y}" y2="${y}"/>${label}`;
  });
  const marks = on.flatMap((_, at) =>
    (at + 1) % 10 === 0
      ? [
          `<text x="${xOf(at).toFixed(1)}" y="${SIZE.height - SIZE.bottom + 18}" text-anchor="middle">${at + 1}</text>`,
        ]
      : [],
  );
  const curve = (kind: 'on' | 'off'): string => {
    const points = lines[kind].map((value, at) => `${xOf(at).toFixed(1)},${yOf(value).toFixed(1)}`);
    const end = yOf(lines[kind].at(-1) ?? 0).toFixed(1);
    return `<polyline class="${kind}" points="${points.join(' ')}"/><text x="${SIZE.width - SIZE.right + 8}" y="${end}" dy="4">learning ${kind}</text>`;
  };
  const { width, height } = SIZE;
  const title = `What opens, by the hidden taste ${escaped(persona)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">`,
    `<style>${STYLE}</style><rect class="back" width="${width}" height="${height}"/>`,
    `<text class="title" x="${SIZE.left}" y="22">${title}</text>`,
    `<text x="${SIZE.left}" y="40">utility in standard deviations, mean of the last ${WINDOW} requests</text>`,
    ...grid,
    ...marks,
    `<text x="${SIZE.left}" y="${height - 6}">requests</text>`,
    curve('off'),
    curve('on'),
    '</svg>\n',
  ].join('\n');
}

const smoothed = (values: readonly number[]): number[] =>
  values.map((_, at) => {
    const last = values.slice(Math.max(0, at + 1 - WINDOW), at + 1);
    return last.reduce((a, b) => a + b, 0) / last.length;
  });

function steps(low: number, high: number): number[] {
  return Array.from({ length: Math.round((high - low) * 2) + 1 }, (_, i) => low + i / 2);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (each) => ENTITIES[each] ?? each);
