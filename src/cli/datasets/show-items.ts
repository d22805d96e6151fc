import { formatItems } from '../items-table.js';
import { formatCount, formatWhole } from '../terminal/units.js';
import type { Item } from '../../model/storage.js';
import type { CommandCall } from '../command.js';

/** Shows items as a table, and how many more there are. */
export function showItems(
    { terminal: { out, err } }: CommandCall,
    items: readonly Item[],
    { total, offset }: { total: number; offset: number },
): void {
    if (items.length === 0) {
        const why = total === 0 ? 'The dataset is empty.' : `There are only ${formatCount(total, 'item')}.`;
        err.line(err.paint('dim', why));
        return;
    }
    for (const line of formatItems(out, items)) out.line(line);
    const end = offset + items.length;
    if (total <= items.length) return;
    const more = end < total ? ` See more with --offset ${end}, or --limit N; all with --format json.` : '';
    err.line(err.paint('dim', `Items ${offset + 1} to ${end} of ${formatWhole(total)}.${more}`));
}
