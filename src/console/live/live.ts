import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from '../api/api.js';
import { dropToken, token } from '../state/token.js';
import { Connection, type ConnectionState } from './connection.js';
import type { ConsoleQuestion } from '../../protocol/console.js';
import type { ConsoleEvent, Run } from '../api/json.js';

/** The connection in use; none without a token. */
export const connection = signal<Connection | undefined>(undefined);

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
