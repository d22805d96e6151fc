import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useFollow } from '../live/live.js';
import { readStored, store } from '../signals/theme.js';
import { Button, CopyButton, ButtonLink } from '../components/button.js';
import { type Option, SearchField, Select } from '../components/fields.js';
import { formatCount } from '../components/format.js';
import { useVirtual } from '../components/use-virtual.js';
import { LogBuffer, type LogEntry, type LogFilter } from './log-buffer.js';
import { type LogLevel, highlightMatches, styledTexts, colorizeLevel } from './log-line.js';
import type { TargetedEvent, TargetedKeyboardEvent } from 'preact';
import type { ConsoleRequest } from '../../protocol/console.js';
import type { ConsoleMessage } from '../api/json.js';

/** Row height in the style sheet. */
const ROW_PIXELS = 20;
const MARGIN_ROWS = 20;
const NEAR_END_PIXELS = 40;

interface LogViewProps {
    /** Id of the run or build. */
    readonly id: string;
    /** Changes when a run is resurrected, which continues the log. */
    readonly generation?: number;
    readonly label: string;
    /** URL of the log as text; without it, the log cannot be downloaded. */
    readonly downloadPath?: string;
}

/** A log of any length, with search, levels, wrapping, following, copying and downloading. */
export function LogView({ id, generation, label, downloadPath }: LogViewProps) {
    const log = useLog(id, generation);
    const { buffer } = log;
    const [options, setOptions] = useState<LogOptions>(initialOptions);
    const [at, setAt] = useState(0);
    const element = useRef<HTMLDivElement>(null);
    const { query, isFiltering, minLevel, isWrapped, follows } = options;
    useMemo(() => buffer.filter(options), [query, isFiltering, minLevel]);
    const list = { count: buffer.shown.length, size: ROW_PIXELS, margin: MARGIN_ROWS };
    const virtual = useVirtual(() => element.current, list);
    const height = virtual.getTotalSize();
    const lines = virtual.getVirtualItems();
    const change = (changed: Partial<LogOptions>): void => {
        if (changed.isWrapped !== undefined) store('log-wrap', String(changed.isWrapped));
        if (changed.query !== undefined) setAt(0);
        setOptions((before) => ({ ...before, ...changed }));
    };
    const goTo = (next: number): void => {
        const row = buffer.found[next];
        if (row === undefined) return;
        setAt(next);
        change({ follows: false });
        virtual.scrollToIndex(row, { align: 'center' });
    };
    useLayoutEffect(() => virtual.measure(), [isFiltering && query, minLevel, isWrapped]);
    useEffect(() => {
        // The match may be far to the right in a long line.
        element.current?.querySelector('.current mark')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }, [at, query, lines[0]?.index]);
    useLayoutEffect(() => {
        if (follows && element.current) element.current.scrollTop = element.current.scrollHeight;
    }, [log, follows, isWrapped, height]);
    // In a layout effect: after the next frame, the user may already be at the next match.
    useLayoutEffect(() => {
        if (query !== '') goTo(0);
    }, [query, isFiltering, minLevel]);
    const scroll = ({ currentTarget: box }: TargetedEvent<HTMLDivElement>): void => {
        const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PIXELS;
        if (isAtEnd !== follows) change({ follows: isAtEnd });
    };
    const { length } = buffer.found;
    return (
        <section class="log-viewer" aria-label={label}>
            <LogToolbar
                {...{ log, options, at, downloadPath }}
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
                                key={buffer.shown[index]!.number}
                                {...buffer.shown[index]!}
                                query={query}
                                isCurrent={query !== '' && index === buffer.found[at]}
                                element={{ 'data-index': index, ref: isWrapped ? virtual.measureElement : undefined }}
                            />
                        ))}
                    </div>
                </div>
                {buffer.shown.length === 0 && <p class="log-empty">{emptyMessage(log)}</p>}
            </div>
        </section>
    );
}

interface LogState {
    readonly buffer: LogBuffer;
    /** True if the log has ended; it may continue after a resurrection. */
    readonly isEnded: boolean;
    readonly error?: string | undefined;
}

/** Follows the log of a run or build; after a reconnection, from the last received line. */
function useLog(id: string, generation?: number): LogState {
    const [shown, setShown] = useState<LogState>(() => ({ buffer: new LogBuffer(), isEnded: false }));
    const { buffer } = shown;
    const latest = useRef(shown);
    const frame = useRef<number | undefined>(undefined);
    // Renders at most once per animation frame.
    const change = (changed: Partial<LogState>): void => {
        latest.current = { ...latest.current, ...changed };
        frame.current ??= requestAnimationFrame(() => {
            frame.current = undefined;
            setShown(latest.current);
        });
    };
    const createRequest = (): ConsoleRequest => {
        change({ isEnded: false, error: undefined });
        return { type: 'follow-log', id, from: buffer.nextNumber };
    };
    const onMessage = (message: ConsoleMessage): void => {
        if (message.type === 'log') buffer.add(message.from, message.lines);
        if (message.type === 'log-ended') change({ isEnded: true });
        else if (message.type === 'log-refused') change({ isEnded: true, error: message.message });
        else change({});
    };
    useFollow(createRequest, { type: 'unfollow-log', id }, onMessage, generation);
    return shown;
}

function initialOptions(): LogOptions {
    const isWrapped = readStored('log-wrap') === 'true';
    return { query: '', isFiltering: false, minLevel: 'debug', isWrapped, follows: true };
}

function emptyMessage({ error, isEnded, buffer }: LogState): string {
    if (error !== undefined) return error;
    if (buffer.lineCount > 0) return 'No matching lines. Choose another level, or search for something else.';
    return isEnded ? 'The log is empty.' : 'No lines yet.';
}

interface LineProps extends Pick<LogEntry, 'time' | 'text' | 'level'> {
    readonly query: string;
    readonly isCurrent: boolean;
    /** Additional attributes of the element; for wrapped lines, with the measuring ref. */
    readonly element: object;
}

function LogLineView({ time, text, level, query, isCurrent, element }: LineProps) {
    const segments = highlightMatches(colorizeLevel(styledTexts(text)), query);
    return (
        <div class={`log-line ${level}${isCurrent ? ' current' : ''}`} {...element}>
            <time class="log-time" dateTime={time} title={time} data-time={time.slice(11, 23)} />
            <span class="log-text">
                {segments.map((segment, index) => {
                    const Tag = segment.isMatch ? 'mark' : 'span';
                    return (
                        <Tag key={index} class={segment.style || undefined}>
                            {segment.text}
                        </Tag>
                    );
                })}
            </span>
        </div>
    );
}

interface LogOptions extends LogFilter {
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
    readonly options: LogOptions;
    readonly onChange: (change: Partial<LogOptions>) => void;
    /** Index of the current match. */
    readonly at: number;
    /** Moves to the next or previous match. */
    readonly onMove: (step: 1 | -1) => void;
}

function LogToolbar({ log: { buffer, isEnded }, options, onChange, at, onMove, downloadPath }: ToolbarProps) {
    const { length } = buffer.found;
    const press = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
        if (event.key === 'Escape') onChange({ query: '' });
        if (event.key !== 'Enter') return;
        event.preventDefault();
        onMove(event.shiftKey ? -1 : 1);
    };
    const switchButton = (text: string, name: 'isFiltering' | 'isWrapped' | 'follows', title?: string) => (
        <Button
            kind="quiet"
            isPressed={options[name]}
            title={title}
            onPress={() => onChange({ [name]: !options[name] })}
        >
            {text}
        </Button>
    );
    return (
        <div class="log-toolbar" role="group" aria-label="Log">
            <div class="log-search" onKeyDown={press}>
                <SearchField
                    value={options.query}
                    onChange={(query) => onChange({ query })}
                    label="Search in the log"
                />
                {options.query !== '' && (
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
                value={options.minLevel}
                options={LEVEL_OPTIONS}
                onChange={(level) => onChange({ minLevel: level as LogLevel })}
            />
            {switchButton('Wrap', 'isWrapped')}
            {switchButton('Follow', 'follows', isEnded ? 'Go to the last line' : 'Stay at the newest line')}
            <CopyButton text={() => buffer.shownText()} label="Copy the shown lines" />
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
