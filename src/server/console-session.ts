import type { ConsoleSource } from '../engine/external/console-feed.js';
import type { ConsoleEvent, ConsoleMessage, ConsoleRequest } from '../protocol/console.js';

/** The connection that a session sends its messages to. */
export interface ConsoleConnection {
    /** Resolves once the message has been written; immediately if the connection is closed. */
    send(message: ConsoleMessage): Promise<void>;
    /** True if the client reads slower than messages are sent. */
    readonly isFull: boolean;
}

type FollowRequest = Exclude<ConsoleRequest, { type: 'open' }>;

/** Milliseconds for which events are collected before they are sent. */
const BATCH_MILLIS = 50;
/** Maximum number of unsent events; beyond it, they are replaced by one `missed` message. */
const MAX_PENDING = 1_000;
/** Maximum number of logs and usages that a console follows; a page needs one of each. */
const MAX_FOLLOWED = 16;

/** The session of an authenticated console. Sends it events, and the logs and usage that it follows. */
export class ConsoleSession {
    readonly #source: ConsoleSource;
    readonly #connection: ConsoleConnection;
    /** Unsent events: the last one for each record. */
    readonly #pending = new Map<string, ConsoleEvent>();
    #hasMissed = false;
    readonly #stops = new Map<string, () => void>();
    #timer: NodeJS.Timeout | undefined;

    constructor(source: ConsoleSource, connection: ConsoleConnection) {
        this.#source = source;
        this.#connection = connection;
        const { id: userId, username } = source.user;
        void connection.send({ type: 'opened', userId, username });
        this.#stops.set(
            'events',
            source.listen((event) => this.#enqueue(event)),
        );
    }

    /** Handles a request of the console. */
    handle(request: FollowRequest): void {
        const { id } = request;
        switch (request.type) {
            case 'follow-log':
                this.#follow(`log ${id}`, () => this.#followLog(id, request.from));
                break;
            case 'follow-usage':
                this.#follow(`usage ${id}`, () => this.#followUsage(id));
                break;
            case 'unfollow-log':
                this.#unfollow(`log ${id}`);
                break;
            case 'unfollow-usage':
                this.#unfollow(`usage ${id}`);
                break;
            case 'ask':
                void this.#respond(request);
                break;
        }
    }

    /** Ends the session; nothing is sent afterwards. */
    close(): void {
        clearTimeout(this.#timer);
        for (const stop of this.#stops.values()) stop();
        this.#stops.clear();
    }

    #follow(name: string, start: () => () => void): void {
        this.#unfollow(name);
        if (this.#stops.size <= MAX_FOLLOWED) this.#stops.set(name, start());
    }

    #unfollow(name: string): void {
        this.#stops.get(name)?.();
        this.#stops.delete(name);
    }

    #enqueue(event: ConsoleEvent): void {
        const { [event.name]: record } = event as Partial<Record<ConsoleEvent['name'], { readonly id: string }>>;
        const key = `${event.name} ${record?.id ?? ('message' in event && event.message)}`;
        // Moves the key to the end, so that the latest change is sent last.
        this.#pending.delete(key);
        if (!this.#hasMissed) this.#pending.set(key, event);
        if (this.#pending.size > MAX_PENDING) {
            this.#pending.clear();
            this.#hasMissed = true;
        }
        this.#flushSoon();
    }

    #flushSoon(): void {
        this.#timer ??= setTimeout(() => this.#flush(), BATCH_MILLIS).unref();
    }

    #flush(): void {
        this.#timer = undefined;
        // A slow client gets one `missed` message instead of a growing backlog.
        if (this.#connection.isFull) {
            this.#flushSoon();
            return;
        }
        const events = [...this.#pending.values()];
        void this.#connection.send(this.#hasMissed ? { type: 'missed' } : { type: 'events', events });
        this.#pending.clear();
        this.#hasMissed = false;
    }

    #followLog(id: string, from: number): () => void {
        const controller = new AbortController();
        void this.#sendLog(id, from, controller.signal);
        return () => controller.abort();
    }

    /** Reads a batch once the previous one has been written: the reader sets the pace. */
    async #sendLog(id: string, from: number, signal: AbortSignal): Promise<void> {
        let lineCount = from;
        try {
            for await (const batch of this.#source.followLog(id, from, signal)) {
                if (signal.aborted) return;
                lineCount = batch.from + batch.lines.length;
                await this.#connection.send({ type: 'log', id, ...batch });
            }
            if (!signal.aborted) await this.#connection.send({ type: 'log-ended', id, lineCount });
        } catch (error) {
            if (!signal.aborted) await this.#connection.send({ type: 'log-refused', id, message: messageOf(error) });
        }
    }

    async #respond({ number, question, id }: Extract<ConsoleRequest, { type: 'ask' }>): Promise<void> {
        try {
            const runs = await this.#source.request(question, id);
            await this.#connection.send({ type: 'answer', number, runs });
        } catch (error) {
            await this.#connection.send({ type: 'answer-refused', number, message: messageOf(error) });
        }
    }

    #followUsage(id: string): () => void {
        let isWhole = true;
        const stop = this.#source.followUsage(id, (samples) => {
            if (!this.#connection.isFull)
                void this.#connection.send({ type: 'usage', id, samples: [...samples], isWhole });
            isWhole = false;
        });
        return stop ?? ((): void => {});
    }
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
