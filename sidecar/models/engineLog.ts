/** Where the model layer says what it does. Never given prompts, answers or secrets. */
export type EngineLog = (
  level: 'debug' | 'info' | 'warn',
  event: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;
