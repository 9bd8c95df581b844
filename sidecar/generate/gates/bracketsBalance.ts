const OPENERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
/** Comments and literals of the C family. */
const QUIET = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/g;

/** Whether each bracket of code in the C family is closed by its own kind, and no comment or text is left open. */
export function bracketsBalance(code: string): boolean {
  const bare = code.replace(QUIET, ' ');
  if (/["]|\/\*/.test(bare)) return false;
  const open: string[] = [];
  for (const sign of bare.match(/[()[\]{}]/g) ?? []) {
    const opener = OPENERS[sign];
    if (opener === undefined) open.push(sign);
    else if (open.pop() !== opener) return false;
  }
  return open.length === 0;
}
