/** How many memories of each kind go along with a request, and with the question what it means. */
export const MEMORY_LIMITS = { goals: 3, preferences: 5, history: 3 } as const;
