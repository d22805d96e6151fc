/** Sorts by a number. Most that is long is in order already, and the sort itself would hold up the host. */
export function inOrderOf<One>(numberOf: (one: One) => number, all: One[]): One[] {
    const isInOrder = all.every((one, index) => index === 0 || numberOf(all[index - 1]!) <= numberOf(one));
    return isInOrder ? all : all.sort((a, b) => numberOf(a) - numberOf(b));
}
