import mitt from 'mitt';

/** Removes a listener. Later calls do nothing. */
export type Unsubscribe = () => void;

/** Emits named events to listeners. */
export interface Emitter<Events extends Record<string, unknown>> {
    on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): Unsubscribe;
    emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
    /** True if the event has listeners, so that costly events are created only when needed. */
    hasListeners(name: keyof Events): boolean;
    clear(): void;
}

/**
 * Creates an emitter that emits to its own listeners first and then to its parent. Errors of its listeners become a `warning` of
 * the parent.
 */
export function createDerivedEmitter<Events extends { warning: { message: string; error?: unknown } }>(
    parent: Emitter<Events>,
): Emitter<Events> & { close(): void } {
    let isClosed = false;
    const own = createEmitter<Events>((error, name) => {
        const message = `A listener for \`${String(name)}\` threw.`;
        parent.emit('warning', { message, error });
    });
    return {
        ...own,
        emit(name, event) {
            if (isClosed) return;
            own.emit(name, event);
            parent.emit(name, event);
        },
        hasListeners: (name) => own.hasListeners(name) || parent.hasListeners(name),
        /** Stops emitting, to its own listeners and to the parent. */
        close() {
            isClosed = true;
            own.clear();
        },
    };
}

/**
 * Creates an emitter that isolates its listeners: errors and rejections of one are passed to `onListenerError`, and the others
 * are still called.
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
