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
  const texts: string[] = [];
  let rest = code;
  for (let place = PARTS.length - 1; place >= 0; place -= 1) {
    const [, digits, values] = PARTS[place] ?? [0, 1, 1];
    texts.unshift(String(rest % values).padStart(digits, '0'));
    rest = Math.floor(rest / values);
  }
  const [year, month, day, hour, minute, second, ms] = texts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`;
}
