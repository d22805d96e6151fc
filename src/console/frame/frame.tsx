import { ConnectionNote } from './connection-note.js';
import { Navigation } from './navigation.js';
import { Palette } from './palette.js';
import { ShortcutsHelp } from './shortcuts-help.js';
import { useShortcuts } from './use-shortcuts.js';
import { Toasts } from '../parts/toasts.js';
import { useState, type ComponentChildren, type JSX } from '../preact.js';

/** What is around every page: the navigation, how it stands with the engine, and what the keyboard does. */
export function Frame({ children }: { children: ComponentChildren }): JSX.Element {
    const [open, setOpen] = useState<'help' | 'palette' | undefined>();
    const close = (): void => setOpen(undefined);
    useShortcuts({ onHelp: () => setOpen('help'), onPalette: () => setOpen('palette') });
    return (
        <div class="frame">
            <a class="skip" href="#main">
                Skip to the page
            </a>
            <Navigation onPalette={() => setOpen('palette')} onHelp={() => setOpen('help')} />
            <div class="frame-page">
                <ConnectionNote />
                {children}
            </div>
            <Toasts />
            {open === 'help' && <ShortcutsHelp onClose={close} />}
            {open === 'palette' && <Palette onClose={close} />}
        </div>
    );
}
