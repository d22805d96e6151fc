import { NAV_PLACES } from './places.js';
import { Dialog } from '../parts/dialog.js';
import type { JSX } from '../preact.js';

/** What the keyboard does. */
export function ShortcutsHelp({ onClose }: { onClose: () => void }): JSX.Element {
    const rows: readonly (readonly [keys: readonly string[], what: string])[] = [
        [['Ctrl', 'K'], 'Jump to an Actor, a run, a task or a page'],
        [['/'], 'Search in the list or log that is shown'],
        [['?'], 'This help'],
        [['Esc'], 'Close what is open'],
        ...NAV_PLACES.map(({ key, name }) => [['g', key], `Go to ${name}`] as const),
    ];
    return (
        <Dialog title="Keyboard" onClose={onClose}>
            <dl class="shortcuts">
                {rows.map(([keys, what]) => (
                    <div key={what}>
                        <dt>
                            {keys.map((key) => (
                                <kbd key={key}>{key}</kbd>
                            ))}
                        </dt>
                        <dd>{what}</dd>
                    </div>
                ))}
            </dl>
        </Dialog>
    );
}
