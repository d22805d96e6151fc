/** The index of the first one that passes a test which, once passed, all later ones pass too; else how many there are. */
export function firstIndex<One>(all: readonly One[], passes: (one: One) => boolean): number {
    let low = 0;
    let high = all.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (passes(all[middle]!)) high = middle;
        else low = middle + 1;
    }
    return low;
}
