/** Something that is given back once. VS Code's own disposables fit. */
export interface Disposable {
  dispose(): unknown;
}

export interface DisposableBag extends Disposable {
  /** Keeps the item until the bag is disposed; a bag that is disposed already disposes it at once. */
  add<T extends Disposable>(item: T): T;
  readonly disposed: boolean;
}

/** Disposes what was added, last first. One failing item does not keep the others. */
export function createDisposableBag(): DisposableBag {
  const items: Disposable[] = [];
  let disposed = false;
  return {
    get disposed() {
      return disposed;
    },
    add(item) {
      if (disposed) item.dispose();
      else items.push(item);
      return item;
    },
    dispose() {
      disposed = true;
      const failures: unknown[] = [];
      for (let item = items.pop(); item !== undefined; item = items.pop()) {
        try {
          item.dispose();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'Some parts could not be closed.');
    },
  };
}
