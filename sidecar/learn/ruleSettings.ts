/** What the user set on a rule. */
export interface RuleState {
  readonly of: string;
  readonly at: string;
  readonly state: 'on' | 'off' | 'pin' | 'edit' | 'forget';
  readonly text?: string | undefined;
}

/** What all that was set on a rule comes to. */
export interface RuleSetting {
  readonly switched: 'on' | 'off' | undefined;
  readonly switchedAt: string | undefined;
  readonly pinned: boolean;
  readonly text: string | undefined;
  /** Evidence up to then counts no more; what is said later does. */
  readonly forgottenAt: string;
}

export const UNSET: RuleSetting = {
  switched: undefined,
  switchedAt: undefined,
  pinned: false,
  text: undefined,
  forgottenAt: '',
};

/** @param states in order of time */
export function foldStates(states: readonly RuleState[]): Map<string, RuleSetting> {
  const settings = new Map<string, RuleSetting>();
  for (const { of, at, state, text } of states) {
    const known = settings.get(of) ?? UNSET;
    if (state === 'on') settings.set(of, { ...known, switched: 'on', switchedAt: at, pinned: false });
    if (state === 'off') settings.set(of, { ...known, switched: 'off', switchedAt: at, pinned: false });
    if (state === 'pin') settings.set(of, { ...known, switched: 'on', switchedAt: at, pinned: true });
    if (state === 'edit' && text !== undefined) settings.set(of, { ...known, text });
    if (state === 'forget') settings.set(of, { ...UNSET, forgottenAt: at });
  }
  return settings;
}

export function isSameSetting(a: RuleSetting, b: RuleSetting): boolean {
  return (
    a.switched === b.switched &&
    a.switchedAt === b.switchedAt &&
    a.pinned === b.pinned &&
    a.text === b.text &&
    a.forgottenAt === b.forgottenAt
  );
}
