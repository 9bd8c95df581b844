/** Three prompts to begin with, about the open file where there is one. */
export function examplePrompts(fileName: string | undefined): string[] {
  if (fileName === undefined) {
    return [
      'Write a function that reads a CSV file into a list of records.',
      'Write a regular expression that finds dates like 2026-01-31, and explain it.',
      'Show how to retry a network call with a growing pause.',
    ];
  }
  return [
    `Explain what ${fileName} does.`,
    `Write tests for ${fileName}.`,
    `Find what can go wrong in ${fileName} and how to handle it.`,
  ];
}
