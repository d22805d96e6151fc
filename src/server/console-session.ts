import type { ConsoleSource } from '../engine/external/console-feed.js';
import type { ConsoleEvent, ConsoleMessage, ConsoleRequest } from '../protocol/console.js';

/** Where a session's messages go. */
export interface ConsoleConnection {
    /** Settles once the message is on its way; at once when the line is closed. */
    send(message: ConsoleMessage): Promise<void>;
    /** Whether more is under way than the other side takes. */
    readonly isFull: boolean;
}

type FollowRequest = Exclude<ConsoleRequest, { type: 'open' }>;

/** So long changes are gathered before they are told. */
const GATHER_MILLIS = 50;
/** More at once no console could show. */
const MOST_WAITING = 1_000;
/** A page follows one of each; nobody needs more than a few. */
const MOST_FOLLOWED = 16;

/** One console that has been let in: tells it what happens, and what it follows. */
export class ConsoleSession {
    readonly #source: ConsoleSource;
    readonly #line: ConsoleConnection;
    /** Events that wait to be sent: of several changes of one record the last. */
    readonly #waiting = new Map<string, ConsoleEvent>();
    #hasMissed = false;
    readonly #stops = new Map<string, () => void>();
    #timer: NodeJS.Timeout | undefined;

    constructor(source: ConsoleSource, line: ConsoleConnection) {
        this.#source = source;
        this.#line = line;
        const { id: userId, username } = source.user;
        void line.send({ type: 'opened', userId, username });
        this.#stops.set(
            'events',
            source.listen((event) => this.#tell(event)),
        );
    }

    /** Does what the console asks for. */
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
                void this.#answer(request);
                break;
        }
    }

    /** Tells nothing any more. */
    close(): void {
        clearTimeout(this.#timer);
        for (const stop of this.#stops.values()) stop();
        this.#stops.clear();
    }

    #follow(name: string, begin: () => () => void): void {
        this.#unfollow(name);
        if (this.#stops.size <= MOST_FOLLOWED) this.#stops.set(name, begin());
    }

    #unfollow(name: string): void {
        this.#stops.get(name)?.();
        this.#stops.delete(name);
    }

    #tell(event: ConsoleEvent): void {
        const { [event.name]: record } = event as Partial<Record<ConsoleEvent['name'], { readonly id: string }>>;
        const key = `${event.name} ${record?.id ?? ('message' in event && event.message)}`;
        // Put to the end again, so that the last change of all comes last.
        this.#waiting.delete(key);
        if (!this.#hasMissed) this.#waiting.set(key, event);
        if (this.#waiting.size > MOST_WAITING) {
            this.#waiting.clear();
            this.#hasMissed = true;
        }
        this.#flushSoon();
    }

    #flushSoon(): void {
        this.#timer ??= setTimeout(() => this.#flush(), GATHER_MILLIS).unref();
    }

    #flush(): void {
        this.#timer = undefined;
        // A client that reads nothing gets one message that says so, and not all that has happened.
        if (this.#line.isFull) {
            this.#flushSoon();
            return;
        }
        const events = [...this.#waiting.values()];
        void this.#line.send(this.#hasMissed ? { type: 'missed' } : { type: 'events', events });
        this.#waiting.clear();
        this.#hasMissed = false;
    }

    #followLog(id: string, from: number): () => void {
        const leave = new AbortController();
        void this.#sendLog(id, from, leave.signal);
        return () => leave.abort();
    }

    /** A batch is made when the one before is on its way: a log is as fast as its reader. */
    async #sendLog(id: string, from: number, signal: AbortSignal): Promise<void> {
        let lineCount = from;
        try {
            for await (const batch of this.#source.followLog(id, from, signal)) {
                if (signal.aborted) return;
                lineCount = batch.from + batch.lines.length;
                await this.#line.send({ type: 'log', id, ...batch });
            }
            if (!signal.aborted) await this.#line.send({ type: 'log-ended', id, lineCount });
        } catch (error) {
            if (!signal.aborted) await this.#line.send({ type: 'log-refused', id, message: messageOf(error) });
        }
    }

    async #answer({ number, question, id }: Extract<ConsoleRequest, { type: 'ask' }>): Promise<void> {
        try {
            const runs = await this.#source.request(question, id);
            await this.#line.send({ type: 'answer', number, runs });
        } catch (error) {
            await this.#line.send({ type: 'answer-refused', number, message: messageOf(error) });
        }
    }

    #followUsage(id: string): () => void {
        let isWhole = true;
        const stop = this.#source.followUsage(id, (samples) => {
            if (!this.#line.isFull) void this.#line.send({ type: 'usage', id, samples: [...samples], isWhole });
            isWhole = false;
        });
        return stop ?? ((): void => {});
    }
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
