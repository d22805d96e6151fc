import { Retention, type RetentionParts } from '../lifecycle/retention.js';
import { RetentionSwitch } from './retention-switch.js';
import type { EngineEvents } from '../model/events.js';
import type { Emitter } from '../util/emitter.js';
import type { ResolvedEngineOptions } from './options.js';

/** Nothing is deleted, and no timer runs, unless it is set to some days. */
export function createRetention(
    { clock, logger }: ResolvedEngineOptions,
    emitter: Emitter<EngineEvents>,
    stores: Pick<RetentionParts, 'runs' | 'logs' | 'charges' | 'storages'>,
): RetentionSwitch {
    return new RetentionSwitch(
        (days) =>
            new Retention({
                ...stores,
                clock,
                days,
                onDeleted: (message) => logger?.info(message),
                onFailure: (message, error) => emitter.emit('warning', { message, error }),
            }),
    );
}
