/** A text of whole lines that only grows. */
export interface LineStore {
    /** Bytes, line breaks included. */
    readonly size: number;
    /** Appends lines, all or none. */
    appendBytes(lines: Uint8Array): void;
    /** The text between two positions at which lines begin. */
    text(from: number, to: number): string;
}
