import { isSecretFile } from './secretFiles.ts';

/** A git diff without the parts that concern secret files. Files in conflict come as `diff --cc`. */
export function withoutSecrets(diff: string): string {
  return diff
    .split(/^(?=diff --(?:git|cc|combined) )/m)
    .filter((part) => !namesOf(part).some(isSecretFile))
    .join('');
}

/** Every file name in the head of one part: old, new, renamed. Quoted names lose their quotes. */
function namesOf(part: string): string[] {
  const head = part.split(/^@@+ /m)[0] ?? '';
  const found = head.matchAll(/^(?:---|\+\+\+|rename from|rename to|copy from|copy to) (.+)$/gm);
  const names = [...found].map((match) =>
    (match[1] ?? '').replace(/^"|"$|\t$/g, '').replace(/^"?[ab]\//, ''),
  );
  const title = /^diff --(?:git|cc|combined) (.+)$/m.exec(head)?.[1] ?? '';
  return [...names, ...title.split(/ "?[ab]\//).map((name) => name.replace(/^"?[ab]\/|"$/g, ''))];
}
