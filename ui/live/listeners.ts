export type Listeners<Value> = {
  tell(value: Value): void;
  /** Returns the function that takes it off again. */
  add(listener: (value: Value) => void): () => void;
};

export function makeListeners<Value>(): Listeners<Value> {
  const listeners = new Set<(value: Value) => void>();
  return {
    tell: (value) => {
      for (const listener of listeners) listener(value);
    },
    add: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
