export interface Listeners<A extends readonly unknown[]> {
  /** Returns what removes it again. */
  add(listener: (...args: A) => void): () => void;
  emit(...args: A): void;
}

/** A list of listeners; one that throws is reported and does not keep the others from being called. */
export function createListeners<A extends readonly unknown[]>(
  onError: (error: unknown) => void,
): Listeners<A> {
  const listeners = new Set<(...args: A) => void>();
  return {
    add: (listener) => {
      const own = (...args: A): void => listener(...args);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
    emit: (...args) => {
      for (const listener of [...listeners]) {
        try {
          listener(...args);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
