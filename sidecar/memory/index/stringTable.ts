/** Short texts that many rows share, each kept once. Number 0 is none. */
export interface StringTable {
  number(text: string | undefined): number;
  text(number: number): string | undefined;
  all(): readonly string[];
  restore(texts: readonly string[]): void;
}

export function createStringTable(): StringTable {
  const texts: string[] = [];
  const numbers = new Map<string, number>();
  const number = (text: string | undefined): number => {
    if (text === undefined) return 0;
    const known = numbers.get(text);
    if (known !== undefined) return known;
    texts.push(text);
    numbers.set(text, texts.length);
    return texts.length;
  };
  return {
    number,
    text: (at) => texts[at - 1],
    all: () => texts,
    restore: (all) => {
      for (const text of all) number(text);
    },
  };
}
