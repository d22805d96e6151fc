import type { ConsoleEvent, ConsoleMessage } from '../protocol/console.js';

/** More at once no console could show. */
const MOST_WAITING = 1_000;

/** Events that wait to be sent: of several changes of one record the last, and bounded, however long nobody takes them. */
export class EventBatch {
    readonly #waiting = new Map<string, ConsoleEvent>();
    #hasMissed = false;

    add(event: ConsoleEvent): void {
        if (this.#hasMissed) return;
        const key = keyOf(event);
        // Put to the end again, so that the last change of all comes last.
        this.#waiting.delete(key);
        this.#waiting.set(key, event);
        if (this.#waiting.size <= MOST_WAITING) return;
        this.#waiting.clear();
        this.#hasMissed = true;
    }

    /** What is to be sent, which does not wait any more then; undefined for nothing. */
    take(): ConsoleMessage | undefined {
        if (this.#hasMissed) {
            this.#hasMissed = false;
            return { type: 'missed' };
        }
        if (this.#waiting.size === 0) return undefined;
        const events = [...this.#waiting.values()];
        this.#waiting.clear();
        return { type: 'events', events };
    }
}

function keyOf(event: ConsoleEvent): string {
    switch (event.name) {
        case 'run':
            return `run ${event.run.id}`;
        case 'build':
            return `build ${event.build.id}`;
        case 'dispatch':
            return `dispatch ${event.dispatch.id}`;
        case 'schedule':
            return `schedule ${event.schedule.id}`;
        case 'warning':
            return `warning ${event.message}`;
    }
}
