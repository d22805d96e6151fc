/** Whether the cases on disk are to be as large as they are meant to be, which takes some minutes more. */
const IS_FULL = process.env['GREENROOM_BENCH_FULL'] === '1';

/** How many things a case on disk works with: as many as usual, or all of them with `GREENROOM_BENCH_FULL=1`. */
export function sizeOf({ usual, full }: { usual: number; full: number }): number {
    return IS_FULL ? full : usual;
}
