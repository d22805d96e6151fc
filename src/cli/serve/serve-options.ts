import { ISOLATIONS } from '../../model/execution.js';
import { isLoopback } from '../../util/loopback.js';
import { readMegabytes } from '../quantities.js';
import type { CommandCall } from '../command.js';
import type { EngineOptions } from '../../engine/options.js';
import type { ListenOptions } from '../../engine/listen-options.js';

const REACHES = ['allow', 'loopback', 'block'] as const;
const RECOVERIES = ['abort', 'resurrect'] as const;

/** The options of the engine that the command line gives. */
export function readEngineOptions({ words }: CommandCall): EngineOptions {
    const isolation = ISOLATIONS.find((one) => one === words.text('isolation'));
    const network = REACHES.find((one) => one === words.text('network'));
    const recovery = RECOVERIES.find((one) => one === words.text('recovery'));
    const maxTotalMemoryMbytes = readMegabytes(words, 'memory');
    const maxConcurrentRuns = words.whole('max-runs', 1);
    const dataRetentionDays = words.whole('retention-days', 1);
    return {
        ...(isolation && { isolation }),
        ...(network && { network }),
        ...(recovery && { recovery }),
        ...(maxTotalMemoryMbytes !== undefined && { maxTotalMemoryMbytes }),
        ...(maxConcurrentRuns !== undefined && { maxConcurrentRuns }),
        ...(dataRetentionDays !== undefined && { dataRetentionDays }),
    };
}

/** The options of the listener that the command line gives. Whoever names a host that others reach has said that they may. */
export function readListenOptions({ words }: CommandCall): ListenOptions {
    const port = words.whole('port', 0, 65_535);
    const host = words.text('host');
    const allowedHosts = words.texts('allow-host');
    const allowedOrigins = words.texts('allow-origin');
    return {
        ...(port !== undefined && { port }),
        ...(host !== undefined && { host, allowRemote: !isLoopback(host) }),
        ...(allowedHosts.length > 0 && { allowedHosts }),
        ...(allowedOrigins.length > 0 && { allowedOrigins }),
    };
}
