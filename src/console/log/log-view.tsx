import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { readStored, store } from '../state/theme.js';
import { useVirtual } from '../ui/use-virtual.js';
import { LogBook } from './log-book.js';
import { type LogLevel, markedTexts, readLogLine, styledTexts, TAB, tinted } from './log-line.js';
import { type LogChoice, LogToolbar } from './log-toolbar.js';
import type { RefObject, TargetedEvent } from 'preact';
import type { LogState } from '../live/live.js';

/** As the style sheet has it. */
const ROW_PIXELS = 20;
const MARGIN_ROWS = 20;
/** The time before each line, and the space around it. */
const TAKEN_PIXELS = 140;
const NEAR_END_PIXELS = 40;

interface LogViewProps {
    readonly log: LogState;
    readonly label: string;
    /** Where its text is; without one it cannot be downloaded. */
    readonly downloadPath?: string;
}

/** A log of any length, with search, levels, wrapping, following, copying and downloading. */
export function LogView({ log, label, downloadPath }: LogViewProps) {
    const [choice, setChoice] = useState<LogChoice>(firstChoice);
    const [at, setAt] = useState(0);
    const element = useRef<HTMLDivElement>(null);
    const columns = useColumns(element);
    const book = useBook(log, choice, columns);
    const sizeOf = (place: number): number => book.rowsAt(place) * ROW_PIXELS;
    const virtual = useVirtual(() => element.current, { count: book.shownCount, sizeOf, margin: MARGIN_ROWS });
    const height = virtual.getTotalSize();
    const lines = virtual.getVirtualItems();
    const { query, isFiltering, least, isWrapped, follows } = choice;
    const change = (changed: Partial<LogChoice>): void => {
        if (changed.isWrapped !== undefined) store('log-wrap', String(changed.isWrapped));
        if (changed.query !== undefined) setAt(0);
        setChoice((before) => ({ ...before, ...changed }));
    };
    const goTo = (next: number): void => {
        const place = book.found[next];
        if (place === undefined) return;
        setAt(next);
        change({ follows: false });
        element.current!.scrollTop = virtual.getOffsetForIndex(place, 'center')?.[0] ?? 0;
    };
    useLayoutEffect(() => virtual.measure(), [query, isFiltering, least, isWrapped, columns]);
    useEffect(() => {
        // It may be far to the right of a long line.
        element.current?.querySelector('.current mark')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }, [at, query, lines[0]?.index]);
    useLayoutEffect(() => {
        if (follows && element.current) element.current.scrollTop = element.current.scrollHeight;
    }, [log, follows, isWrapped, columns, height]);
    // At once: after the next frame, the user may already be at the next match.
    useLayoutEffect(() => {
        if (query !== '') goTo(0);
    }, [query, isFiltering, least]);
    const scroll = ({ currentTarget: box }: TargetedEvent<HTMLDivElement>): void => {
        const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PIXELS;
        if (isAtEnd !== follows) change({ follows: isAtEnd });
    };
    const { length } = book.found;
    return (
        <section class="log-viewer" aria-label={label}>
            <LogToolbar
                choice={choice}
                onChange={change}
                found={{ at: Math.min(at + 1, length), count: length }}
                onMove={(step) => goTo((at + step + length) % Math.max(length, 1))}
                textOf={() => book.shownText()}
                downloadPath={downloadPath}
                isLive={!log.isEnded}
            />
            <div
                class={isWrapped ? 'log wrapped' : 'log'}
                ref={element}
                tabIndex={0}
                role="log"
                aria-live="off"
                aria-label={label}
                onScroll={scroll}
            >
                <div class="log-lines" style={{ height: `${height}px` }}>
                    <div class="log-seen" style={{ transform: `translateY(${lines[0]?.start ?? 0}px)` }}>
                        {lines.map(({ index }) => (
                            <LogLineView
                                key={book.shown(index).number}
                                {...book.shown(index)}
                                query={query}
                                isCurrent={query !== '' && index === book.found[at]}
                                rows={isWrapped ? book.rowsAt(index) : undefined}
                            />
                        ))}
                    </div>
                </div>
                {book.shownCount === 0 && <p class="log-empty">{emptyWords(log, book)}</p>}
            </div>
        </section>
    );
}

/** Returns the lines of a log, updated with what has come and with what is chosen. */
function useBook(log: LogState, { query, isFiltering, least, isWrapped }: LogChoice, columns: number): LogBook {
    const book = useMemo(() => new LogBook(), []);
    const text = isFiltering ? query : '';
    useMemo(() => book.filter({ least, text }), [least, text]);
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
    if (lineCount > 0) return 'No matching lines. Choose another level, or search for something else.';
    return isEnded ? 'The log is empty.' : 'No lines yet.';
}

interface LineProps {
    readonly line: string;
    readonly level: LogLevel;
    readonly query: string;
    /** True for the line that the search is at. */
    readonly isCurrent: boolean;
    /** Rows that it takes, if it is wrapped. */
    readonly rows: number | undefined;
}

/** A line of a log: its time and its text, with the matches of the search marked. */
function LogLineView({ line, level, query, isCurrent, rows }: LineProps) {
    const { time, text } = readLogLine(line);
    const pieces = markedTexts(tinted(styledTexts(text.replaceAll('\t', TAB))), query);
    return (
        <div
            class={`log-line ${level}${isCurrent ? ' current' : ''}`}
            style={rows === undefined ? undefined : { height: `calc(${rows} * var(--log-row))` }}
        >
            <time class="log-time" dateTime={time} title={time} data-time={time.slice(11, 23)} />
            <span class="log-text">
                {pieces.map((piece, index) => {
                    const Tag = piece.isMark ? 'mark' : 'span';
                    return (
                        <Tag key={index} class={piece.style || undefined}>
                            {piece.text}
                        </Tag>
                    );
                })}
            </span>
        </div>
    );
}

const PROBE_LETTERS = 100;

/** Returns how many letters fit into a row of a log, whose letters all have the same width. */
function useColumns(element: RefObject<HTMLElement | null>): number {
    const [columns, setColumns] = useState(80);
    useEffect(() => {
        const target = element.current!;
        const measure = (): void => {
            const width = target.clientWidth - TAKEN_PIXELS;
            setColumns(Math.max(10, Math.floor(width / letterWidth(target))));
        };
        const observer = new ResizeObserver(measure);
        observer.observe(target);
        measure();
        return () => observer.disconnect();
    }, []);
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
