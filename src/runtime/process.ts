import { boot } from './boot.js';
import { OPEN_GATE } from './output.js';
import { PipePort } from './pipe-port.js';
import { prepareSpare } from './spare.js';
import type { Assignment, SpareTasks } from '../protocol/messages.js';

/*
 * The process of one Actor, from its beginning. First it is told what to get ready for, then what to run.
 */

const port = new PipePort();
const messages: unknown[] = [];
let take: (() => void) | undefined;
const collect = (message: unknown): void => {
    messages.push(message);
    take?.();
};
port.on('message', collect);
// The process must not outlive its host, nor must what it has started.
port.on('close', () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL'));

const isReady = await prepareSpare((await next()) as SpareTasks);
const assignment = (await next()) as Assignment;
await isReady();
port.off('message', collect);
// Its pipe is gate enough.
boot(assignment, port, 'process', OPEN_GATE);
for (const message of messages) port.emit('message', message);

async function next(): Promise<unknown> {
    while (messages.length === 0) {
        await new Promise<void>((resolve) => {
            take = resolve;
        });
    }
    return messages.shift();
}
