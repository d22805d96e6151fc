/** A map by name. As on the platform, names that differ only in case are the same. */
export class NameMap<Value> {
    readonly #values = new Map<string, Value>();

    get(name: string): Value | undefined {
        return this.#values.get(name.toLowerCase());
    }

    has(name: string): boolean {
        return this.#values.has(name.toLowerCase());
    }

    set(name: string, value: Value): void {
        this.#values.set(name.toLowerCase(), value);
    }

    delete(name: string): void {
        this.#values.delete(name.toLowerCase());
    }

    values(): Iterable<Value> {
        return this.#values.values();
    }
}
