/** A task of a pool: the least that can be done. */
export function double(input) {
    return input * 2;
}
