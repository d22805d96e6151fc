import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useFollow } from '../live/live.js';
import { readStored, store } from '../signals/theme.js';
import { Button, CopyButton, ButtonLink } from '../components/button.js';
import { type Option, SearchField, Select } from '../components/fields.js';
import { formatCount } from '../components/format.js';
import { useVirtual } from '../components/use-virtual.js';
import { LogBuffer, type LogEntry, type LogFilter } from './log-buffer.js';
import { type LogLevel, markedTexts, styledTexts, tinted } from './log-line.js';
import type { TargetedEvent, TargetedKeyboardEvent } from 'preact';
import type { ConsoleRequest } from '../../protocol/console.js';
import type { ConsoleMessage } from '../api/json.js';

/** As the style sheet has it. */
const ROW_PIXELS = 20;
const MARGIN_ROWS = 20;
const NEAR_END_PIXELS = 40;

interface LogViewProps {
    /** Of the run or build. */
    readonly id: string;
    /** Another number when a run is resurrected: then the log continues. */
    readonly life?: number;
    readonly label: string;
    /** Where its text is; without one it cannot be downloaded. */
    readonly downloadPath?: string;
}

/** A log of any length, with search, levels, wrapping, following, copying and downloading. */
export function LogView({ id, life, label, downloadPath }: LogViewProps) {
    const log = useLog(id, life);
    const { book } = log;
    const [choice, setChoice] = useState<LogChoice>(firstChoice);
    const [at, setAt] = useState(0);
    const element = useRef<HTMLDivElement>(null);
    const { query, isFiltering, least, isWrapped, follows } = choice;
    useMemo(() => book.filter(choice), [query, isFiltering, least]);
    const list = { count: book.shown.length, size: ROW_PIXELS, margin: MARGIN_ROWS };
    const virtual = useVirtual(() => element.current, list);
    const height = virtual.getTotalSize();
    const lines = virtual.getVirtualItems();
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
        virtual.scrollToIndex(place, { align: 'center' });
    };
    useLayoutEffect(() => virtual.measure(), [isFiltering && query, least, isWrapped]);
    useEffect(() => {
        // It may be far to the right of a long line.
        element.current?.querySelector('.current mark')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }, [at, query, lines[0]?.index]);
    useLayoutEffect(() => {
        if (follows && element.current) element.current.scrollTop = element.current.scrollHeight;
    }, [log, follows, isWrapped, height]);
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
                {...{ log, choice, at, downloadPath }}
                onChange={change}
                onMove={(step) => goTo((at + step + length) % Math.max(length, 1))}
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
                                key={book.shown[index]!.number}
                                {...book.shown[index]!}
                                query={query}
                                isCurrent={query !== '' && index === book.found[at]}
                                element={{ 'data-index': index, ref: isWrapped ? virtual.measureElement : undefined }}
                            />
                        ))}
                    </div>
                </div>
                {book.shown.length === 0 && <p class="log-empty">{emptyWords(log)}</p>}
            </div>
        </section>
    );
}

interface LogState {
    readonly book: LogBuffer;
    /** True if no more lines come, for now. */
    readonly isEnded: boolean;
    readonly trouble?: string | undefined;
}

/** Follows the log of a run or build, from where it was when the connection was lost. */
function useLog(id: string, life?: number): LogState {
    const [shown, setShown] = useState<LogState>(() => ({ book: new LogBuffer(), isEnded: false }));
    const { book } = shown;
    const latest = useRef(shown);
    const frame = useRef<number | undefined>(undefined);
    // At most once for each time that the screen is drawn.
    const change = (changed: Partial<LogState>): void => {
        latest.current = { ...latest.current, ...changed };
        frame.current ??= requestAnimationFrame(() => {
            frame.current = undefined;
            setShown(latest.current);
        });
    };
    const begin = (): ConsoleRequest => {
        change({ isEnded: false, trouble: undefined });
        return { type: 'follow-log', id, from: book.nextNumber };
    };
    const hear = (message: ConsoleMessage): void => {
        if (message.type === 'log') book.add(message.from, message.lines);
        if (message.type === 'log-ended') change({ isEnded: true });
        else if (message.type === 'log-refused') change({ isEnded: true, trouble: message.message });
        else change({});
    };
    useFollow(begin, { type: 'unfollow-log', id }, hear, life);
    return shown;
}

function firstChoice(): LogChoice {
    const isWrapped = readStored('log-wrap') === 'true';
    return { query: '', isFiltering: false, least: 'debug', isWrapped, follows: true };
}

function emptyWords({ trouble, isEnded, book }: LogState): string {
    if (trouble !== undefined) return trouble;
    if (book.lineCount > 0) return 'No matching lines. Choose another level, or search for something else.';
    return isEnded ? 'The log is empty.' : 'No lines yet.';
}

interface LineProps extends Pick<LogEntry, 'time' | 'text' | 'level'> {
    readonly query: string;
    readonly isCurrent: boolean;
    /** More attributes of the element; if it is wrapped, with what measures it. */
    readonly element: object;
}

function LogLineView({ time, text, level, query, isCurrent, element }: LineProps) {
    const pieces = markedTexts(tinted(styledTexts(text)), query);
    return (
        <div class={`log-line ${level}${isCurrent ? ' current' : ''}`} {...element}>
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

interface LogChoice extends LogFilter {
    readonly isWrapped: boolean;
    readonly follows: boolean;
}

const LEVEL_OPTIONS: readonly Option[] = [
    ['debug', 'All levels'],
    ['info', 'Info and above'],
    ['warning', 'Warnings and errors'],
    ['error', 'Errors only'],
];

interface ToolbarProps extends Pick<LogViewProps, 'downloadPath'> {
    readonly log: LogState;
    readonly choice: LogChoice;
    readonly onChange: (change: Partial<LogChoice>) => void;
    /** The match that the search is at. */
    readonly at: number;
    /** Goes to the next match, or the one before. */
    readonly onMove: (step: 1 | -1) => void;
}

function LogToolbar({ log: { book, isEnded }, choice, onChange, at, onMove, downloadPath }: ToolbarProps) {
    const { length } = book.found;
    const press = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
        if (event.key === 'Escape') onChange({ query: '' });
        if (event.key !== 'Enter') return;
        event.preventDefault();
        onMove(event.shiftKey ? -1 : 1);
    };
    const switchButton = (text: string, name: 'isFiltering' | 'isWrapped' | 'follows', title?: string) => (
        <Button kind="quiet" isPressed={choice[name]} title={title} onPress={() => onChange({ [name]: !choice[name] })}>
            {text}
        </Button>
    );
    return (
        <div class="log-toolbar" role="group" aria-label="Log">
            <div class="log-search" onKeyDown={press}>
                <SearchField value={choice.query} onChange={(query) => onChange({ query })} label="Search in the log" />
                {choice.query !== '' && (
                    <>
                        <span class="log-found" role="status">
                            {length === 0 ? 'no matches' : `${Math.min(at + 1, length)} of ${formatCount(length)}`}
                        </span>
                        <Button kind="quiet" icon="up" label="Previous match" onPress={() => onMove(-1)} />
                        <Button kind="quiet" icon="down" label="Next match" onPress={() => onMove(1)} />
                        {switchButton('Filter', 'isFiltering', 'Show matching lines only')}
                    </>
                )}
            </div>
            <Select
                label="Minimum level"
                value={choice.least}
                options={LEVEL_OPTIONS}
                onChange={(level) => onChange({ least: level as LogLevel })}
            />
            {switchButton('Wrap', 'isWrapped')}
            {switchButton('Follow', 'follows', isEnded ? 'Go to the last line' : 'Stay at the newest line')}
            <CopyButton text={() => book.shownText()} label="Copy what is shown" />
            {downloadPath !== undefined && (
                <ButtonLink
                    kind="quiet"
                    to={downloadPath}
                    icon="download"
                    label="Download the log"
                    download="log.txt"
                />
            )}
        </div>
    );
}
