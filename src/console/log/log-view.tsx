import type { TargetedEvent, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LogState } from '../live/use-log.js';
import { LogBook } from './log-book.js';
import { styledTexts, readLogLine, type LogLevel, tinted, markedTexts, TAB } from './log-line.js';
import { LogToolbar, type LogChoice } from './log-toolbar.js';
import { useRowRange } from './use-row-range.js';
import { readStored, store } from '../state/stored.js';

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
}) {
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
}) {
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
}) {
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

const PROBE_LETTERS = 100;

/**
 * How many letters fit into a row of an element whose letters are all as wide as each other.
 *
 * @param takenPixels - What of its width is not for the text.
 */
export function useColumns(element: RefObject<HTMLElement | null>, takenPixels: number): number {
    const [columns, setColumns] = useState(80);
    useEffect(() => {
        const target = element.current;
        if (target === null) return undefined;
        const measure = (): void => {
            const width = target.clientWidth - takenPixels;
            setColumns(Math.max(10, Math.floor(width / letterWidth(target))));
        };
        const observer = new ResizeObserver(measure);
        observer.observe(target);
        measure();
        return () => observer.disconnect();
    }, [takenPixels]);
    return columns;
}

function letterWidth(target: HTMLElement): number {
    const probe = document.createElement('span');
    probe.className = 'log-probe';
    probe.textContent = '0'.repeat(PROBE_LETTERS);
    target.append(probe);
    const { width } = probe.getBoundingClientRect();
    probe.remove();
    return Math.max(width / PROBE_LETTERS, 1);
}
