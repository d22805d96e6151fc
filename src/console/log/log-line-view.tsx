import { styledTexts } from './ansi.js';
import { readLogLine, type LogLevel } from './log-line.js';
import { tinted } from './tinted.js';
import { markedTexts } from './marks.js';
import { TAB } from './text-width.js';
import type { JSX } from '../preact.js';

/** One line of a log: when it was written, and what; what is searched for is marked in it. */
export function LogLineView({
    line,
    level,
    query,
    isCurrent,
    rows,
}: {
    line: string;
    level: LogLevel;
    query: string;
    /** Whether it is the one that the search is at. */
    isCurrent: boolean;
    /** Rows that it takes, if it is wrapped. */
    rows: number | undefined;
}): JSX.Element {
    const { time, text } = readLogLine(line);
    return (
        <div
            class={`log-line ${level}${isCurrent ? ' current' : ''}`}
            style={rows === undefined ? undefined : { height: `calc(${rows} * var(--log-row))` }}
        >
            <time class="log-time" dateTime={time} title={time} data-time={time.slice(11, 23)} />
            <span class="log-text">
                {markedTexts(tinted(styledTexts(text.replaceAll('\t', TAB))), query).map((piece, index) =>
                    piece.isMark ? (
                        <mark key={index} class={piece.style || undefined}>
                            {piece.text}
                        </mark>
                    ) : (
                        <span key={index} class={piece.style || undefined}>
                            {piece.text}
                        </span>
                    ),
                )}
            </span>
        </div>
    );
}
