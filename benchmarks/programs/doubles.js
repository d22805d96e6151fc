/** A minimal task of a thread pool. */
export function double(input) {
    return input * 2;
}
