/** What a caller may do. `decide` is apart from `ask`, so that a script that may ask can't approve. */
export const SCOPES = ['read', 'ask', 'decide', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
