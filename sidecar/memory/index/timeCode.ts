/** How many values each part of `YYYY-MM-DDTHH:mm:ss.mmm` can have as its digits allow. */
const PARTS: readonly (readonly [from: number, digits: number, values: number])[] = [
  [0, 4, 10_000],
  [5, 2, 100],
  [8, 2, 40],
  [11, 2, 30],
  [14, 2, 60],
  [17, 2, 70],
  [20, 3, 1_000],
];
const ZERO = 0x30;
const PATTERN = '0000-00-00T00:00:00.000Z';

/** An ISO time with milliseconds as one number of the same order; every text that `isEnvelope` takes comes back whole. */
export function encodeTime(at: string): number {
  let code = 0;
  for (const [from, digits, values] of PARTS) {
    let part = 0;
    for (let place = from; place < from + digits; place += 1) part = part * 10 + at.charCodeAt(place) - ZERO;
    code = code * values + part;
  }
  return code;
}

export function decodeTime(code: number): string {
  const text = Buffer.from(PATTERN, 'latin1');
  let rest = code;
  for (let part = PARTS.length - 1; part >= 0; part -= 1) {
    const [from, digits, values] = PARTS[part] ?? [0, 0, 1];
    let value = rest % values;
    rest = Math.floor(rest / values);
    for (let at = from + digits - 1; at >= from; at -= 1) {
      text[at] = ZERO + (value % 10);
      value = Math.floor(value / 10);
    }
  }
  return text.toString('latin1');
}
