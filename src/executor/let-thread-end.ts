import { within } from './execution.js';
import { stateOf } from './thread-state.js';
import type { Channel } from './channel.js';
import type { Watch } from './thread-lookout.js';

/** So soon a thread that is told to end comes to hear of it, unless it is busy. */
const TURN_MILLIS = 25;
/** How long it is tried to end a thread that is busy where it can be left; after that it is ended wherever it is. */
const MOST_END_MILLIS = 500;
/** But no longer than this share of the time that it has until it counts as stuck. */
const END_SHARE = 0.25;
/** The same for a thread that has something to write first. */
const MOST_WRITE_MILLIS = 4_000;
const WRITE_SHARE = 0.5;
/** One that writes may sleep for a moment; it is stuck if it does for so many turns on end. */
const MOST_TURNS_ASLEEP = 10;

/** A thread that is to end by itself. */
export interface EndingThread {
    channel: Channel;
    watch: Watch;
    terminateTimeoutSecs: number;
    /** Whether a debugger may have stopped it. */
    isDebugged: boolean;
    /** Whether it has to write down what it has covered. */
    isCovered: boolean;
}

/** Lets a thread end where it can be left; settles when it has, or when it has been waited for in vain. */
export async function letThreadEnd(thread: EndingThread): Promise<void> {
    const { channel, watch, terminateTimeoutSecs, isDebugged, isCovered } = thread;
    channel.end();
    if (isCovered) return letThreadWrite(thread);
    await within(TURN_MILLIS, channel.closed);
    // One that is asleep is in a call into the system, and no look gets through to it; unless it is at a breakpoint.
    if (!isDebugged && isAsleep(channel)) return;
    watch.endThread();
    await within(Math.min(MOST_END_MILLIS, terminateTimeoutSecs * 1000 * END_SHARE), channel.closed);
}

async function letThreadWrite({ channel, watch, terminateTimeoutSecs, isDebugged }: EndingThread): Promise<void> {
    let isClosed = false;
    void channel.closed.then(() => {
        isClosed = true;
    });
    await within(TURN_MILLIS, channel.closed);
    watch.endThread();
    const turns = Math.min(MOST_WRITE_MILLIS, terminateTimeoutSecs * 1000 * WRITE_SHARE) / TURN_MILLIS;
    let asleep = 0;
    for (let turn = 0; turn < turns && asleep < MOST_TURNS_ASLEEP && !isClosed; turn += 1) {
        asleep = !isDebugged && isAsleep(channel) ? asleep + 1 : 0;
        await within(TURN_MILLIS, channel.closed);
    }
}

function isAsleep({ children: { kernelId } }: Channel): boolean {
    return kernelId !== undefined && stateOf(kernelId) === 'S';
}
