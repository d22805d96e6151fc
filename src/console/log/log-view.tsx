import { useEffect, useRef, useState, type JSX, type TargetedEvent } from '../preact.js';
import { readAnsi } from '../parts/ansi.js';
import { useRowWindow } from '../parts/use-window.js';
import type { LogState } from '../live/log-feed.js';

/** As the style sheet has it. */
const LINE_HEIGHT = 20;
const NEAR_END_PIXELS = 40;

/** A log of any length, of which only those lines are drawn that are seen. It stays at its end until somebody scrolls up. */
export function LogView({ log, label }: { log: LogState; label: string }): JSX.Element {
    const element = useRef<HTMLDivElement>(null);
    const [follows, setFollows] = useState(true);
    const count = log.lines.length;
    const { first, end } = useRowWindow(element, { count, rowHeight: LINE_HEIGHT, scrolls: 'element' });
    useEffect(() => {
        if (follows && element.current) element.current.scrollTop = element.current.scrollHeight;
    }, [log, follows]);
    const scroll = ({ currentTarget: box }: TargetedEvent<HTMLDivElement>): void =>
        setFollows(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PIXELS);
    return (
        <div class="log" ref={element} tabIndex={0} role="log" aria-label={label} aria-live="off" onScroll={scroll}>
            {count === 0 && (
                <p class="log-empty">{log.trouble ?? (log.isEnded ? 'The log is empty.' : 'No line yet.')}</p>
            )}
            <div class="log-lines" style={{ height: `${count * LINE_HEIGHT}px` }}>
                <div style={{ transform: `translateY(${first * LINE_HEIGHT}px)` }}>
                    {log.lines.slice(first, end).map((line, index) => (
                        <LogLine key={first + index} line={line} />
                    ))}
                </div>
            </div>
        </div>
    );
}

function LogLine({ line }: { line: string }): JSX.Element {
    const [, stamp = '', text = line] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (.*)$/s.exec(line) ?? [];
    return (
        <div class="log-line">
            {stamp !== '' && <time dateTime={stamp}>{stamp.slice(11, 23)}</time>}
            {readAnsi(text).map((piece, index) => (
                <span key={index} class={piece.look || undefined}>
                    {piece.text}
                </span>
            ))}
        </div>
    );
}
