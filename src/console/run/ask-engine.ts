import { ApiError } from '../api/api-error.js';
import { connection } from '../live/live.js';
import type { Run } from '../api/json.js';
import type { ConsoleQuestion } from '../../protocol/console.js';

/** An answer that takes longer does not come any more. */
const PATIENCE_MILLIS = 15_000;

let lastNumber = 0;

/** The runs that the Actor of a run has started, oldest first. */
export async function startedRuns(runId: string): Promise<Run[]> {
    return ask('started-runs', runId);
}

/** Has a run go on in a fresh place. */
export async function migrateRun(runId: string): Promise<void> {
    await ask('migrate', runId);
}

/** Asks what the API has no word for, over the page's websocket. */
function ask(question: ConsoleQuestion, id: string): Promise<Run[]> {
    const current = connection.current;
    if (current?.state.current.name !== 'open') return Promise.reject(noAnswer());
    lastNumber += 1;
    const number = lastNumber;
    return new Promise((resolve, reject) => {
        const end = (): void => {
            clearTimeout(timer);
            stop();
        };
        const timer = setTimeout(() => {
            end();
            reject(noAnswer());
        }, PATIENCE_MILLIS);
        const stop = current.listen({
            message(message) {
                if (!('number' in message) || message.number !== number) return;
                end();
                if (message.type === 'answer') resolve(message.runs);
                else reject(new ApiError({ type: 'refused', status: 400, message: message.message }));
            },
        });
        current.send({ type: 'ask', number, question, id });
    });
}

function noAnswer(): ApiError {
    const message = `The engine at ${location.host} does not answer now. Try again once it is reached.`;
    return new ApiError({ type: 'offline', status: 0, message });
}
