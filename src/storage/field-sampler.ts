const SAMPLED_AT_FIRST = 100;
const MAX_HELD_CHARACTERS = 262_144;

/**
 * Finds out which top-level fields the items of a dataset have, without slowing down the pushing of them: it only keeps
 * hold of a few texts, and parses them when it is asked. The first items are all looked at, later ones ever more rarely.
 */
export class FieldSampler {
    #names: readonly string[];
    #held: string[] = [];
    #heldCharacters = 0;
    #seen = 0;

    constructor(names: readonly string[] = []) {
        this.#names = names;
    }

    offer(text: string): void {
        const ordinal = ++this.#seen;
        const isPowerOfTwo = (ordinal & (ordinal - 1)) === 0;
        if (ordinal > SAMPLED_AT_FIRST && !isPowerOfTwo) return;
        if (this.#held.length > 0 && this.#heldCharacters + text.length > MAX_HELD_CHARACTERS) return;
        this.#held.push(text);
        this.#heldCharacters += text.length;
    }

    /** The names seen so far, in the order of their first appearance. */
    names(): string[] {
        if (this.#held.length === 0) return [...this.#names];
        const names = new Set(this.#names);
        for (const text of this.#held) {
            for (const name of namesIn(text)) names.add(name);
        }
        this.#held = [];
        this.#heldCharacters = 0;
        this.#names = [...names];
        return [...names];
    }
}

/** Of an item that somebody has damaged nothing is known. */
function namesIn(text: string): string[] {
    try {
        return Object.keys(JSON.parse(text) as object);
    } catch {
        return [];
    }
}
