import { cutToWidth } from './terminal/text-width.js';
import type { Output } from './terminal/output.js';

/** A line that tells how far something has come, on a terminal only. */
export interface Progress {
    /** Says it, if it is time to say something new. */
    tell(text: () => string): void;
    /** Takes the line away. */
    end(): void;
}

const MILLIS_BETWEEN = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** Draws one line anew and anew; what is done before it would first be drawn shows nothing. */
export function showProgress(output: Output): Progress {
    let drawnAt = performance.now();
    let isDrawn = false;
    return {
        tell(text) {
            const now = performance.now();
            if (!output.isInteractive || now - drawnAt < MILLIS_BETWEEN) return;
            drawnAt = now;
            isDrawn = true;
            void output.write(CLEAR_LINE + output.paint('dim', cutToWidth(text(), output.width - 1)));
        },
        end() {
            if (isDrawn) void output.write(CLEAR_LINE);
            isDrawn = false;
        },
    };
}
