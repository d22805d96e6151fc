import { useEffect, useLayoutEffect, useMemo, useRef, useState, type JSX, type TargetedEvent } from '../preact.js';
import { readStored, store } from '../state/stored.js';
import { LogBook } from './log-book.js';
import { LogLineView } from './log-line-view.js';
import { LogToolbar, type LogChoice } from './log-toolbar.js';
import { useColumns } from './use-columns.js';
import { useRowRange } from './use-row-range.js';
import type { LogState } from '../live/log-feed.js';

/** As the style sheet has it. */
const ROW_PIXELS = 20;
/** The time before each line, and the space around it. */
const TAKEN_PIXELS = 140;
const NEAR_END_PIXELS = 40;

/**
 * A log of any length with all that is done with one: search, levels, wrapping, following, copying and downloading. Only those
 * lines are drawn that are seen.
 *
 * @param downloadPath - Where its text is; without one it cannot be downloaded.
 */
export function LogView({
    log,
    label,
    downloadPath,
}: {
    log: LogState;
    label: string;
    downloadPath?: string | undefined;
}): JSX.Element {
    const [choice, setChoice] = useState<LogChoice>(firstChoice);
    const [at, setAt] = useState(0);
    const element = useRef<HTMLDivElement>(null);
    const columns = useColumns(element, TAKEN_PIXELS);
    const { first, end, measure } = useRowRange(element, ROW_PIXELS);
    const book = useBook(log, choice, columns);
    const change = (changed: Partial<LogChoice>): void => {
        if (changed.isWrapped !== undefined) store('log-wrap', String(changed.isWrapped));
        if (changed.query !== undefined) setAt(0);
        setChoice((before) => ({ ...before, ...changed }));
    };
    const goTo = (next: number): void => {
        const place = book.found[next];
        if (place === undefined || element.current === null) return;
        setAt(next);
        change({ follows: false });
        element.current.scrollTop = book.rows.rowOf(place) * ROW_PIXELS - element.current.clientHeight / 2;
        measure();
    };
    useEffect(() => {
        // It may be far to the right of a long line.
        element.current?.querySelector('.current mark')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }, [at, choice.query, first]);
    useLayoutEffect(() => {
        if (choice.follows && element.current) element.current.scrollTop = element.current.scrollHeight;
        measure();
    }, [log, choice.follows, choice.isWrapped, columns, book.rows.rows]);
    // At once and not after the next frame: whoever has gone on to the next match by then would be taken back.
    useLayoutEffect(() => {
        if (choice.query !== '') goTo(0);
    }, [choice.query, choice.isFiltering, choice.least]);
    const scroll = ({ currentTarget: box }: TargetedEvent<HTMLDivElement>): void => {
        const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PIXELS;
        if (isAtEnd !== choice.follows) change({ follows: isAtEnd });
        measure();
    };
    return (
        <section class="log-viewer" aria-label={label}>
            <LogToolbar
                choice={choice}
                onChange={change}
                found={{ at: Math.min(at + 1, book.found.length), count: book.found.length }}
                onMove={(step) => goTo((at + step + book.found.length) % Math.max(book.found.length, 1))}
                textOf={() => book.shownText()}
                downloadPath={downloadPath}
                isLive={!log.isEnded}
            />
            <div
                class={choice.isWrapped ? 'log wrapped' : 'log'}
                ref={element}
                tabIndex={0}
                role="log"
                aria-live="off"
                aria-label={label}
                onScroll={scroll}
            >
                <Lines book={book} range={{ first, end }} choice={choice} current={book.found[at]} />
                {book.shownCount === 0 && <p class="log-empty">{emptyWords(log, book)}</p>}
            </div>
        </section>
    );
}

function Lines({
    book,
    range,
    choice,
    current,
}: {
    book: LogBook;
    range: { first: number; end: number };
    choice: LogChoice;
    /** The place that the search is at. */
    current: number | undefined;
}): JSX.Element {
    const { rows } = book;
    const from = Math.max(rows.entryAt(range.first), 0);
    const to = Math.min(rows.entryAt(range.end) + 1, book.shownCount);
    const places = Array.from({ length: Math.max(to - from, 0) }, (_, index) => from + index);
    return (
        <div class="log-lines" style={{ height: `${rows.rows * ROW_PIXELS}px` }}>
            <div class="log-seen" style={{ transform: `translateY(${rows.rowOf(from) * ROW_PIXELS}px)` }}>
                {places.map((place) => {
                    const { number, line, level } = book.shown(place);
                    return (
                        <LogLineView
                            key={number}
                            line={line}
                            level={level}
                            query={choice.query}
                            isCurrent={place === current && choice.query !== ''}
                            rows={choice.isWrapped ? rows.rowOf(place + 1) - rows.rowOf(place) : undefined}
                        />
                    );
                })}
            </div>
        </div>
    );
}

/** The book of a log, brought up to date with what has come and with what is chosen. */
function useBook(log: LogState, { query, isFiltering, least, isWrapped }: LogChoice, columns: number): LogBook {
    const book = useMemo(() => new LogBook(), []);
    useMemo(() => book.filter({ least, text: isFiltering ? query : '' }), [least, isFiltering ? query : '']);
    useMemo(() => book.search(query), [query, least, isFiltering]);
    useMemo(() => book.wrap(isWrapped ? columns : Infinity), [isWrapped, columns]);
    useMemo(() => book.catchUp(log.firstNumber, log.lines), [log]);
    return book;
}

function firstChoice(): LogChoice {
    const isWrapped = readStored('log-wrap') === 'true';
    return { query: '', isFiltering: false, least: 'debug', isWrapped, follows: true };
}

function emptyWords({ trouble, isEnded }: LogState, { lineCount }: LogBook): string {
    if (trouble !== undefined) return trouble;
    if (lineCount > 0) return 'No line is like that. Choose another level, or search for something else.';
    return isEnded ? 'The log is empty.' : 'Nothing has been logged yet.';
}
