import { showProgress, type Progress } from '../progress.js';
import { formatCount, formatDuration, formatWhole } from '../terminal/units.js';
import type { TransferProgress, TransferredStorages } from '../../model/transfer.js';
import type { CommandCall } from '../command.js';

/** A transfer that is under way: how far it is, for a terminal. */
export interface ShownTransfer {
    readonly onProgress: (progress: TransferProgress) => void;
    /** Takes the line of progress away. */
    end(): void;
    /** Tells what has been transferred: `Exported 2 datasets and 1 request queue (1,234 entries, 2.1 s)`. */
    tell(verb: string, names: TransferredStorages, place: string): void;
}

const NOUNS = {
    dataset: ['item', 'items'],
    keyValueStore: ['record', 'records'],
    requestQueue: ['request', 'requests'],
} as const;

/** Shows a transfer. */
export function showTransfer({ terminal, words }: CommandCall): ShownTransfer {
    const progress: Progress = showProgress(terminal.err);
    const start = performance.now();
    const entries = new Map<string, number>();
    return {
        onProgress({ kind, name, done, total }) {
            entries.set(`${kind} ${name}`, done);
            const [one, many] = NOUNS[kind];
            progress.tell(() => `${name}: ${formatWhole(done)} of ${formatCount(total, one, many)}`);
        },
        end: () => progress.end(),
        tell(verb, names, place) {
            if (words.flag('json')) {
                terminal.json(names);
                return;
            }
            const all = [...entries.values()].reduce((sum, one) => sum + one, 0);
            const took = formatDuration(performance.now() - start);
            terminal.out.line(
                `${verb} ${countsOf(names)} ${place} (${formatCount(all, 'entry', 'entries')}, ${took}).`,
            );
            for (const line of namesOf(names)) terminal.out.line(`  ${line}`);
        },
    };
}

function countsOf({ datasets, keyValueStores, requestQueues }: TransferredStorages): string {
    const counts = [
        formatCount(datasets.length, 'dataset'),
        formatCount(keyValueStores.length, 'key-value store'),
        formatCount(requestQueues.length, 'request queue'),
    ];
    return `${counts[0]}, ${counts[1]} and ${counts[2]}`;
}

function namesOf({ datasets, keyValueStores, requestQueues }: TransferredStorages): string[] {
    return [
        ...(datasets.length === 0 ? [] : [`datasets: ${datasets.join(', ')}`]),
        ...(keyValueStores.length === 0 ? [] : [`key-value stores: ${keyValueStores.join(', ')}`]),
        ...(requestQueues.length === 0 ? [] : [`request queues: ${requestQueues.join(', ')}`]),
    ];
}
