/*
 * A round trip to the host costs many times what it costs to write an item. An Actor's thread may therefore be lent a
 * place where it appends the items of its run's own dataset by itself. The host takes them in before it does anything
 * with that dataset, so that nobody can tell the difference.
 */

/** Lets the Actor's thread append items to one dataset by itself, as lines of JSON. */
export type DirectWriteGrant =
    /** Lines go into shared memory. When it is full, the Actor asks for a new lease. */
    | { type: 'memory'; lines: SharedArrayBuffer; control: SharedArrayBuffer }
    /** Lines are appended to the file itself. */
    | { type: 'file'; path: string; control: SharedArrayBuffer };

/** Bytes of `control`: two 32-bit words. */
export const CONTROL_BYTES = 8;

/** Word of `control` that says how many bytes of `lines` hold whole lines. Only the Actor writes it. */
export const COMMITTED_WORD = 0;

/** Word of `control` with a {@link GrantState}. */
export const STATE_WORD = 1;

/** Who may write; moves by compare-and-exchange only. */
export const GrantState = {
    /** Nobody is writing. */
    free: 0,
    /** One side is writing to the file. */
    writing: 1,
    /** The lease has ended; the Actor goes back to asking. */
    ended: 2,
} as const;
