import { useEffect, useRef, useState } from 'preact/hooks';
import { type UsageSample, UsageSeries } from '../../util/usage-series.js';
import { ApiError } from '../api/api.js';
import { effect, signal } from '@preact/signals';
import { dropToken, token } from '../state/token.js';
import { Connection, type ConnectionState } from './connection.js';
import type { ConsoleQuestion } from '../../protocol/console.js';
import type { ConsoleEvent, Run } from '../api/json.js';

/** The connection in use; none without a token. */
const connection = signal<Connection | undefined>(undefined);

/** Connects whenever there is a token, with that. */
export function startLive(): void {
    effect(() => {
        const next = token.value === undefined ? undefined : new Connection(token.value);
        next?.listen((message) => {
            if (message.type === 'refused') dropToken(message.message);
        });
        connection.value = next;
        return () => next?.close();
    });
}

/** Returns the state of the connection with the engine. */
export function connectionState(): ConnectionState {
    return connection.value?.state.value ?? { name: 'connecting' };
}

/**
 * Hears the events of the engine while the component is there.
 *
 * @param onMissed - Called when events may have been lost: what is shown has to be read again.
 */
export function useLive(onEvent: (event: ConsoleEvent) => void, onMissed?: () => void): void {
    const latest = useRef({ onEvent, onMissed });
    latest.current = { onEvent, onMissed };
    const current = connection.value;
    useEffect(
        () =>
            current?.listen((message) => {
                if (message.type === 'missed') latest.current.onMissed?.();
                if (message.type === 'events') message.events.forEach((event) => latest.current.onEvent(event));
            }),
        [current],
    );
}

/** An answer that takes longer does not come any more. */
const PATIENCE_MILLIS = 15_000;

let lastNumber = 0;

/** Asks over the page's websocket for what the API has no endpoint for. */
export function ask(question: ConsoleQuestion, id: string): Promise<Run[]> {
    const current = connection.value;
    if (current?.state.value.name !== 'open') return Promise.reject(noAnswer());
    lastNumber += 1;
    const number = lastNumber;
    return new Promise<Run[]>((resolve, reject) => {
        const timer = setTimeout(() => end(() => reject(noAnswer())), PATIENCE_MILLIS);
        const stop = current.listen((message) => {
            if (!('number' in message) || message.number !== number) return;
            end(() => {
                if (message.type === 'answer') resolve(message.runs);
                else reject(new ApiError({ type: 'refused', status: 400, message: message.message }));
            });
        });
        const end = (settle: () => void): void => {
            clearTimeout(timer);
            stop();
            settle();
        };
        current.send({ type: 'ask', number, question, id });
    });
}

function noAnswer(): ApiError {
    const message = `The engine at ${location.host} does not answer. Try again once it is reachable.`;
    return new ApiError({ type: 'offline', status: 0, message });
}

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

/** Returns what a run has used over time, oldest first, and goes on with it. Empty for a run that was not measured here. */
export function useUsage(runId: string): readonly UsageSample[] {
    const current = connection.value;
    const [samples, setSamples] = useState<readonly UsageSample[]>([]);
    const series = useRef(new UsageSeries());
    useEffect(() => {
        const follow = (): void => current?.send({ type: 'follow-usage', id: runId });
        const stop = current?.listen((message) => {
            if (message.type === 'opened') follow();
            if (message.type !== 'usage' || message.id !== runId) return;
            if (message.isWhole) series.current = new UsageSeries();
            for (const sample of message.samples) series.current.add(sample);
            setSamples(series.current.points());
        });
        follow();
        return () => {
            stop?.();
            current?.send({ type: 'unfollow-usage', id: runId });
        };
    }, [current, runId]);
    return samples;
}
