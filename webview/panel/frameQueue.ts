export interface FrameQueue {
  add(...keys: readonly string[]): void;
}

/** Collects what has to be drawn and draws it once a frame. */
export function createFrameQueue(draw: (keys: readonly string[]) => void): FrameQueue {
  const keys = new Set<string>();
  let asked = false;
  const run = () => {
    asked = false;
    const now = [...keys];
    keys.clear();
    draw(now);
  };
  return {
    add: (...more) => {
      for (const key of more) keys.add(key);
      if (asked || keys.size === 0) return;
      asked = true;
      requestAnimationFrame(run);
    },
  };
}
