/** Creates a deterministic generator of numbers from 0 (inclusive) to 1 (exclusive): mulberry32. */
export function seededRandom(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** Returns this number of seeds: fixed ones, so that tests are reproducible, and a random one. */
export function createSeeds(count: number): number[] {
    return [...Array.from({ length: count - 1 }, (_, index) => index + 1), Math.floor(Math.random() * 2 ** 31)];
}
