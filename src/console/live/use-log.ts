import { useEffect, useRef, useState } from 'preact/hooks';
import { connection } from './live.js';

/** A log as far as it has come. `lines` grows in place; a change of it comes with another object. */
export interface LogState {
    readonly lines: readonly string[];
    /** Number of the first line, where older ones are not kept any more. */
    readonly firstNumber: number;
    /** True if no more lines come, for now. */
    readonly isEnded: boolean;
    readonly trouble: string | undefined;
}

const NOTHING: LogState = { lines: [], firstNumber: 0, isEnded: false, trouble: undefined };

/**
 * Follows the log of a run or build, from where it was when the connection was lost.
 *
 * @param life - Another number when a run is resurrected: then the log continues.
 */
export function useLog(id: string, life = 0): LogState {
    const current = connection.value;
    const [shown, setShown] = useState(NOTHING);
    const kept = useRef({ id, log: NOTHING });
    useEffect(() => {
        if (kept.current.id !== id) kept.current = { id, log: NOTHING };
        let frame: number | undefined;
        // At most once for each time that the screen is drawn.
        const change = (changed: Partial<LogState>): void => {
            kept.current.log = { ...kept.current.log, ...changed };
            frame ??= requestAnimationFrame(() => {
                frame = undefined;
                setShown(kept.current.log);
            });
        };
        const follow = (): void => {
            const { firstNumber, lines } = kept.current.log;
            change({ isEnded: false, trouble: undefined });
            current?.send({ type: 'follow-log', id, from: firstNumber + lines.length });
        };
        const stop = current?.listen((message) => {
            if (message.type === 'opened') follow();
            if (!('id' in message) || message.id !== id) return;
            if (message.type === 'log') change(withLines(kept.current.log, message.from, message.lines));
            else if (message.type === 'log-ended') change({ isEnded: true });
            else if (message.type === 'log-refused') change({ isEnded: true, trouble: message.message });
        });
        follow();
        return () => {
            if (frame !== undefined) cancelAnimationFrame(frame);
            stop?.();
            current?.send({ type: 'unfollow-log', id });
        };
    }, [current, id, life]);
    return shown;
}

function withLines({ lines, firstNumber }: LogState, from: number, added: readonly string[]): Partial<LogState> {
    if (lines.length === 0 || from !== firstNumber + lines.length) return { lines: [...added], firstNumber: from };
    // In place, as a log of 100,000 lines is not to be copied for each that comes.
    for (const line of added) (lines as string[]).push(line);
    return {};
}
