import { LogStore } from '../logs/log-store.js';
import type { EngineEvents } from '../model/events.js';
import type { Emitter } from '../util/emitter.js';
import type { Medium } from './medium.js';
import type { ResolvedEngineOptions } from './options.js';

/** Makes the store of the logs of runs and builds, whose lines are told of by events. */
export function createLogs(
    { clock }: ResolvedEngineOptions,
    emitter: Emitter<EngineEvents>,
    { logSink, logTexts }: Medium,
    isBuild: (id: string) => boolean,
): LogStore {
    return new LogStore({
        clock,
        sink: logSink,
        texts: logTexts,
        onLine: (id, line) => {
            if (isBuild(id)) emitter.emit('build.log', { buildId: id, line });
            else if (emitter.hasListeners('run.log')) emitter.emit('run.log', { runId: id, line });
        },
        onSinkError: (id, error) => {
            const whose = isBuild(id) ? 'build' : 'run';
            emitter.emit('warning', { message: `The log of ${whose} \`${id}\` could not be written to disk.`, error });
        },
    });
}
