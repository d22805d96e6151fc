import { useEffect, useState } from '../preact.js';

/** A value that is told of when it changes: what several parts of the page share. */
export class Value<T> {
    #current: T;
    readonly #listeners = new Set<(value: T) => void>();

    constructor(initial: T) {
        this.#current = initial;
    }

    get current(): T {
        return this.#current;
    }

    set(value: T): void {
        if (Object.is(value, this.#current)) return;
        this.#current = value;
        for (const tell of this.#listeners) tell(value);
    }

    /** Listens until what it returns is called. */
    listen(listener: (value: T) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }
}

/** The value as it is, for a component that is drawn anew when it changes. */
export function useValue<T>(value: Value<T>): T {
    const [shown, show] = useState<{ value: T }>({ value: value.current });
    useEffect(() => {
        show({ value: value.current });
        return value.listen((next) => show({ value: next }));
    }, [value]);
    return shown.value;
}
