import { Retention, type RetentionParts } from '../lifecycle/retention.js';
import { RetentionSwitch } from './retention-switch.js';
import type { EngineEvents } from '../model/events.js';
import type { Emitter } from '../util/emitter.js';
import type { ResolvedEngineOptions } from './options.js';

/** What deletes the old things of one user, or of all. Nothing is deleted, and no timer runs, unless it is set to some days. */
export function createRetention(
    { clock, logger }: ResolvedEngineOptions,
    emitter: Emitter<EngineEvents>,
    stores: Pick<RetentionParts, 'runs' | 'logs' | 'charges' | 'storages'>,
): (isOf: RetentionParts['isOf']) => RetentionSwitch {
    const makeSwitch = (isOf: RetentionParts['isOf']): RetentionSwitch =>
        new RetentionSwitch(
            (days) =>
                new Retention({
                    ...stores,
                    isOf,
                    clock,
                    days,
                    onDeleted: (message) => logger?.info(message),
                    onFailure: (message, error) => emitter.emit('warning', { message, error }),
                }),
        );
    return makeSwitch;
}
