import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';

/** Longer than the host needs for a small answer, also where it writes a file first. */
const WATCH_MILLIS = 0.2;
/** So many watches in vain in a row are nothing unusual. */
const PATIENCE = 8;
/** After watches in vain, every so many questions one is watched for all the same. */
const MOST_SKIPS = 64;
/** An Actor that does nothing but ask must still see its timers fire. */
const TURN_MILLIS = 5;
/** At its end, a thread looks so often for answers, and waits so long for the next one. */
const NAP_MILLIS = 1;
const LONGEST_SILENCE_MILLIS = 2_000;

/** Looks for answers without waiting for the event loop. */
export class AnswerWatch {
    readonly #port: MessagePort;
    readonly #receive: (message: unknown) => void;
    #turnedAt = performance.now();
    #watchesToSkip = 0;
    #watchesInVain = 0;

    constructor(port: MessagePort, receive: (message: unknown) => void) {
        this.#port = port;
        this.#receive = receive;
    }

    /**
     * Looks for an answer for a moment before this thread goes to sleep: to be woken takes longer than most answers do,
     * more so where idle processors sleep too. After watches in vain, as on a busy machine, it does so ever more rarely:
     * there, who watches takes the processor from who answers.
     */
    watchWhile(isAwaited: () => boolean): void {
        if (this.#watchesToSkip > 0) {
            this.#watchesToSkip -= 1;
            return;
        }
        const start = performance.now();
        if (start - this.#turnedAt > TURN_MILLIS) {
            // Everything else in the Actor's event loop gets its turn while this answer comes the usual way.
            this.#turnedAt = start;
            return;
        }
        do this.#takeOne();
        while (isAwaited() && performance.now() - start < WATCH_MILLIS);
        this.#watchesInVain = isAwaited() ? this.#watchesInVain + 1 : 0;
        const excess = this.#watchesInVain - PATIENCE;
        if (excess > 0) this.#watchesToSkip = Math.min(MOST_SKIPS, 2 ** excess);
    }

    /** Takes answers in, with this thread standing still, as long as something is left to do and they come. */
    standStillWhile(isLeft: () => boolean): void {
        const nap = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
        for (let heardAt = performance.now(); isLeft() && performance.now() - heardAt < LONGEST_SILENCE_MILLIS;) {
            if (this.#takeOne()) heardAt = performance.now();
            else Atomics.wait(nap, 0, 0, NAP_MILLIS);
        }
    }

    #takeOne(): boolean {
        const received = receiveMessageOnPort(this.#port);
        if (received === undefined) return false;
        this.#receive(received.message);
        return true;
    }
}
