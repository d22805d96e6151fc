/** From so many entries on it is split. */
const SPLIT_AT = 16_384;
const PARTS = 64;

/**
 * A map by texts that grows without a pause. A large `Map` moves all of its entries to a larger table now and then, which
 * holds up everything for as long as 50 ms where they are a million; of this one, a small part moves at a time.
 */
export class SplitMap<Value> {
    #parts: Map<string, Value>[] = [new Map()];
    #size = 0;

    get size(): number {
        return this.#size;
    }

    get(key: string): Value | undefined {
        return this.#partOf(key).get(key);
    }

    set(key: string, value: Value): void {
        const part = this.#partOf(key);
        const sizeBefore = part.size;
        part.set(key, value);
        this.#size += part.size - sizeBefore;
        if (this.#parts.length === 1 && this.#size > SPLIT_AT) this.#split();
    }

    delete(key: string): boolean {
        const isGone = this.#partOf(key).delete(key);
        if (isGone) this.#size -= 1;
        return isGone;
    }

    /** All values, in no particular order. */
    *values(): Generator<Value, undefined> {
        for (const part of this.#parts) yield* part.values();
    }

    #partOf(key: string): Map<string, Value> {
        if (this.#parts.length === 1) return this.#parts[0]!;
        let hash = 0;
        for (let at = key.length - 1, end = Math.max(0, key.length - 4); at >= end; at--) {
            hash = (hash * 31 + key.charCodeAt(at)) | 0;
        }
        return this.#parts[(hash >>> 0) % PARTS]!;
    }

    #split(): void {
        const [all] = this.#parts;
        this.#parts = Array.from({ length: PARTS }, () => new Map());
        for (const [key, value] of all!) this.#partOf(key).set(key, value);
    }
}
