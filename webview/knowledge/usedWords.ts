const DAY_MS = 86_400_000;

/** `used today`, `used 3 days ago`, `used 2026-01-02`. @param now milliseconds since 1970 */
export function usedWords(at: string, now: number): string {
  const days = Math.floor((now - Date.parse(at)) / DAY_MS);
  if (days < 1) return 'used today';
  if (days === 1) return 'used yesterday';
  return days < 30 ? `used ${days} days ago` : `used ${at.slice(0, 10)}`;
}
