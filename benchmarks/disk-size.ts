/** True if the cases on disk run at their full size, which takes several more minutes. */
const IS_FULL = process.env['GREENROOM_BENCH_FULL'] === '1';

/** Returns the size of a case on disk: the usual one, or the full one if `GREENROOM_BENCH_FULL=1` is set. */
export function selectSize({ usual, full }: { usual: number; full: number }): number {
    return IS_FULL ? full : usual;
}
