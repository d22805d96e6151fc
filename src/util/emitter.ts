import mitt from 'mitt';

/** Stops listening; calling it again does nothing. */
export type Unsubscribe = () => void;

/** Tells listeners of named events. */
export interface Emitter<Events extends Record<string, unknown>> {
    on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): Unsubscribe;
    emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
    /** Whether anyone listens, so that costly events need not be made. */
    hasListeners(name: keyof Events): boolean;
    clear(): void;
}

/**
 * Makes an emitter with listeners of its own, who are told first; then it tells those of another one. What a listener throws
 * is for the other one to say.
 */
export function branchOf<Events extends { warning: { message: string; error?: unknown } }>(
    trunk: Emitter<Events>,
): Emitter<Events> & { close(): void } {
    let isClosed = false;
    const own = createEmitter<Events>((error, name) => {
        const message = `A listener for \`${String(name)}\` threw.`;
        trunk.emit('warning', { message, error });
    });
    return {
        ...own,
        emit(name, event) {
            if (isClosed) return;
            own.emit(name, event);
            trunk.emit(name, event);
        },
        hasListeners: (name) => own.hasListeners(name) || trunk.hasListeners(name),
        /** Nothing is told any more, to anyone. */
        close() {
            isClosed = true;
            own.clear();
        },
    };
}

/**
 * Makes an emitter whose listeners cannot hurt it: what one throws, or rejects with, is handed to `onListenerError`, and
 * the others are still called.
 */
export function createEmitter<Events extends Record<string, unknown>>(
    onListenerError: (error: unknown, name: keyof Events) => void,
): Emitter<Events> {
    const emitter = mitt<Events>();
    return {
        on(name, listener) {
            const guarded = (event: Events[typeof name]): void => {
                try {
                    const result: unknown = listener(event);
                    if (result instanceof Promise) result.catch((error: unknown) => onListenerError(error, name));
                } catch (error) {
                    onListenerError(error, name);
                }
            };
            emitter.on(name, guarded);
            return () => emitter.off(name, guarded);
        },
        emit: (name, event) => emitter.emit(name, event),
        hasListeners: (name) => (emitter.all.get(name)?.length ?? 0) > 0,
        clear: () => emitter.all.clear(),
    };
}
