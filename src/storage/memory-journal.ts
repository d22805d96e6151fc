import { LinePages } from './line-pages.js';
import { SegmentedJournal } from './segmented-journal.js';

/** A journal in memory. */
export class MemoryJournal extends SegmentedJournal<LinePages> {
    /** @param lines - What it starts with: whole lines, which are shared and not copied. */
    constructor(lines: readonly Uint8Array[] = []) {
        super({
            open() {
                if (lines.length === 0) return [];
                const pages = new LinePages();
                for (const piece of lines) pages.adopt(piece);
                return [pages];
            },
            add: () => new LinePages(),
            drop: () => {},
            // It is opened again as it is.
            close: () => {},
        });
    }

    /** All entries as lines, where they are. */
    pieces(): Uint8Array[] {
        return this.stores().flatMap((pages) => pages.pieces());
    }
}
