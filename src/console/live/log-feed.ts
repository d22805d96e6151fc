import { Value } from '../state/value.js';
import type { Connection } from './connection.js';
import type { ConsoleMessage } from '../api/json.js';

/** A log as far as it has come. `lines` grows in place; a change of it comes with another object. */
export interface LogState {
    readonly lines: readonly string[];
    /** Number of the first line, where older ones are not kept any more. */
    readonly firstNumber: number;
    /** Whether no more lines come, for now. */
    readonly isEnded: boolean;
    readonly trouble: string | undefined;
}

const NOTHING: LogState = { lines: [], firstNumber: 0, isEnded: false, trouble: undefined };

/** Follows the log of one run or build, from where it was when the connection was lost. */
export class LogFeed {
    readonly state = new Value<LogState>(NOTHING);
    readonly #connection: Connection;
    readonly #id: string;
    readonly #stop: () => void;
    #frame: number | undefined;
    #next: LogState = NOTHING;

    constructor(connection: Connection, id: string) {
        this.#connection = connection;
        this.#id = id;
        this.#stop = connection.listen({
            message: (message) => this.#receive(message),
            opened: () => this.follow(),
        });
        this.follow();
    }

    /** Asks for what comes after what is there; needed again only after the log had ended, as by a resurrection. */
    follow(): void {
        const { firstNumber, lines } = this.#next;
        this.#show({ ...this.#next, isEnded: false, trouble: undefined });
        this.#connection.send({ type: 'follow-log', id: this.#id, from: firstNumber + lines.length });
    }

    close(): void {
        if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
        this.#stop();
        this.#connection.send({ type: 'unfollow-log', id: this.#id });
    }

    #receive(message: ConsoleMessage): void {
        if (!('id' in message) || message.id !== this.#id) return;
        if (message.type === 'log') this.#add(message.from, message.lines);
        else if (message.type === 'log-ended') this.#show({ ...this.#next, isEnded: true });
        else if (message.type === 'log-refused') {
            this.#show({ ...this.#next, isEnded: true, trouble: message.message });
        }
    }

    #add(from: number, added: readonly string[]): void {
        const { lines, firstNumber } = this.#next;
        // In place, as a log of 100,000 lines is not to be copied for each that comes.
        if (lines.length > 0 && from === firstNumber + lines.length) {
            for (const line of added) (lines as string[]).push(line);
            this.#show({ ...this.#next });
        } else {
            this.#show({ ...this.#next, lines: [...added], firstNumber: from });
        }
    }

    /** At most once for each time that the screen is drawn. */
    #show(next: LogState): void {
        this.#next = next;
        this.#frame ??= requestAnimationFrame(() => {
            this.#frame = undefined;
            this.state.set(this.#next);
        });
    }
}
