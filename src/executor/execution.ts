import { setImmediate } from 'node:timers';
import { systemClock } from '../util/clock.js';
import type { Channel } from './channel.js';
import type { Execution, ExecutionEnd } from './executor.js';

/** What an execution in a thread or process of its own is made of. */
export interface ExecutionParts {
    channel: Channel;
    /** How long a kill may take until the execution counts as stuck. */
    terminateTimeoutSecs: number;
    /** Ends the thread or process at once. */
    end: () => void;
    /** Settles with how it ended; never rejects. */
    observe: (wasKilled: () => boolean) => Promise<ExecutionEnd>;
    /** Called when it has ended, or has been given up. */
    cleanUp: (end: ExecutionEnd) => void;
}

/** An execution that can be told things, can be killed, and ends in any case. */
export function createExecution({ channel, terminateTimeoutSecs, end, observe, cleanUp }: ExecutionParts): Execution {
    let killed = false;
    let giveUp: (end: ExecutionEnd) => void = () => {};
    const stuck = new Promise<ExecutionEnd>((resolve) => {
        giveUp = resolve;
    });
    const ended = Promise.race([stuck, observe(() => killed)]);
    // Later, because it may start a spare: whoever waits for this run comes first.
    void ended.then((how) => setImmediate(() => cleanUp(how)));
    return {
        ended,
        send: (event) => channel.send(event),
        kill() {
            if (killed) return;
            killed = true;
            if (channel.children.isEmpty) end();
            else void channel.children.killWithNotice().then(end);
            // Real time, whatever clock the engine has: it measures a real thread, not the life of a run.
            const cancel = systemClock.after(terminateTimeoutSecs * 1000, () => giveUp({ type: 'stuck' }));
            void ended.then(cancel);
        },
    };
}

/** What a promise settles with, or nothing if it takes too long. */
export function within<T>(millis: number, work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
        const cancel = systemClock.after(millis, () => resolve(undefined));
        void work.then((value) => {
            cancel();
            resolve(value);
        });
    });
}
