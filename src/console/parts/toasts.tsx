import { removeToast, toasts } from '../state/toasts.js';
import { useValue } from '../state/value.js';
import { Button } from './button.js';
import { Icon } from './icon.js';
import type { JSX } from '../preact.js';

/** The words at the edge of the page, which are read out too. */
export function Toasts(): JSX.Element {
    const shown = useValue(toasts);
    return (
        <div class="toasts" role="status" aria-live="polite">
            {shown.map(({ id, kind, text }) => (
                <div key={id} class={`toast ${kind}`} role={kind === 'trouble' ? 'alert' : undefined}>
                    <Icon name={kind === 'done' ? 'check' : 'warning'} />
                    <span>{text}</span>
                    <Button kind="quiet" icon="close" label="Put away" onPress={() => removeToast(id)} />
                </div>
            ))}
        </div>
    );
}
