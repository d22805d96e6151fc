/**
 * One end of the channel between an Actor and its host. A `MessagePort` is one, and so is a pair of pipes between two
 * processes: neither side can tell which it has.
 */
export interface Port {
    /** @throws DataCloneError for what cannot be copied. */
    postMessage(message: unknown): void;
    /** `message`, with what the other side has posted, `messageerror` for what could not be read, and `close`. */
    on(event: string, listener: (message: unknown) => void): unknown;
    close(): void;
    /** Reads nothing more until {@link Port.resume}; absent where what has been posted cannot be left where it is. */
    pause?(): void;
    resume?(): void;
    /** Keeps this side's event loop alive, as long as the port is open. */
    ref(): void;
    unref(): void;
}
