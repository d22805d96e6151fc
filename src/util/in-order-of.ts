/** Entries sorted by a number. Most that are many are in order already, and a sort would hold up the host. */
export function inOrderOf<One>(numberOf: (one: One) => number, all: readonly One[]): readonly One[] {
    const isInOrder = all.every((one, index) => index === 0 || numberOf(all[index - 1]!) <= numberOf(one));
    return isInOrder ? all : all.toSorted((a, b) => numberOf(a) - numberOf(b));
}
