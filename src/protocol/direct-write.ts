/*
 * A round trip to the host costs many times as much as writing an item. A thread can therefore be granted the right to
 * append items to its run's default dataset directly. The host ingests those items before any other operation on that
 * dataset, so that the difference cannot be observed.
 */

/** Lets the Actor's thread append items to one dataset, as lines of JSON. */
export type DirectWriteGrant =
    /** Lines go into shared memory. When it is full, the Actor requests a new grant. */
    | { type: 'memory'; lines: SharedArrayBuffer; control: SharedArrayBuffer }
    /** Lines are appended to the dataset's file. */
    | { type: 'file'; path: string; control: SharedArrayBuffer };

/** Size of `control` in bytes: two 32-bit words. */
export const CONTROL_BYTES = 8;

/** Word of `control` that holds the number of bytes of complete lines in `lines`. Only the Actor writes it. */
export const COMMITTED_WORD = 0;

/** Word of `control` that holds a {@link GrantState}. */
export const STATE_WORD = 1;

/** State of a grant; changed by compare-and-exchange only. */
export const GrantState = {
    /** Neither side is writing. */
    free: 0,
    /** One side is writing to the file. */
    writing: 1,
    /** The grant has ended; the Actor sends its items to the host again. */
    ended: 2,
} as const;
