import { dropToken, token } from '../state/token.js';
import { useEffect, useRef } from '../preact.js';
import { Value, useValue } from '../state/value.js';
import { Connection, type ConnectionState } from './connection.js';
import type { ConsoleEvent } from '../api/json.js';

/** What a component wants to hear. */
export interface LiveListener {
    event?(event: ConsoleEvent): void;
    /** Something may have been missed: what is shown has to be read anew. */
    catchUp?(): void;
}

/** The connection in use; none without a token. */
export const connection = new Value<Connection | undefined>(undefined);

/** Connects whenever there is a token, with that. */
export function startLive(): void {
    const connect = (given: string | undefined): void => {
        connection.current?.close();
        const next = given === undefined ? undefined : new Connection(given);
        next?.listen({ refused: dropToken });
        connection.set(next);
    };
    token.listen(connect);
    connect(token.current);
}

/** Hears what happens in the engine as long as the component is there. */
export function useLive(listener: LiveListener): void {
    const latest = useRef(listener);
    latest.current = listener;
    const current = useValue(connection);
    useEffect(
        () =>
            current?.listen({
                message(message) {
                    if (message.type !== 'events') return;
                    for (const event of message.events) latest.current.event?.(event);
                },
                catchUp: () => latest.current.catchUp?.(),
            }),
        [current],
    );
}

const UNCONNECTED = new Value<ConnectionState>({ name: 'connecting' });

/** How it stands with the engine. */
export function useConnectionState(): ConnectionState {
    return useValue(useValue(connection)?.state ?? UNCONNECTED);
}
