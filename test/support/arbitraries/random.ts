/** Makes a generator of numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** So many seeds: those that are the same each time, so that what was found once is looked for again, and one that never was before. */
export function someSeeds(count: number): number[] {
    return [...Array.from({ length: count - 1 }, (_, index) => index + 1), Math.floor(Math.random() * 2 ** 31)];
}
