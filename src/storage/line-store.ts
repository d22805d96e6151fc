/** An append-only text of whole lines. */
export interface LineStore {
    /** Size in bytes, including line breaks. */
    readonly size: number;
    /** Appends lines, all or none. */
    appendBytes(lines: Uint8Array): void;
    /** Returns the text between two positions, each the start of a line. */
    text(from: number, to: number): string;
}
