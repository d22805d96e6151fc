import { useEffect, useState } from 'preact/hooks';
import { connectionState } from '../live/live.js';
import { useLocation } from '../router.js';
import { now } from '../signals/now.js';
import { switchTheme, theme, type Theme } from '../signals/theme.js';
import { removeToast, toasts } from '../signals/toasts.js';
import { Button, Dialog } from '../components/button.js';
import { Icon, type IconName } from '../components/icon.js';
import { Palette, isWithin, NAV_ITEMS, useShortcuts } from './palette.js';
import type { ComponentChildren } from 'preact';

/** The layout of every page: the navigation, the state of the connection, and the keyboard shortcuts. */
export function Layout({ children }: { children: ComponentChildren }) {
    const [open, setOpen] = useState<'help' | 'palette' | undefined>();
    const close = (): void => setOpen(undefined);
    useShortcuts({ onHelp: () => setOpen('help'), onPalette: () => setOpen('palette') });
    return (
        <div class="layout">
            <a class="skip" href="#main">
                Skip to content
            </a>
            <Navigation onPalette={() => setOpen('palette')} onHelp={() => setOpen('help')} />
            <div class="layout-page">
                <ConnectionNote />
                {children}
            </div>
            <Toasts />
            {open === 'help' && <ShortcutsHelp onClose={close} />}
            {open === 'palette' && <Palette onClose={close} />}
        </div>
    );
}

/** The pages of the console, and the user. On narrow screens it opens with a button. */
function Navigation({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
    const { path } = useLocation();
    const [isOpen, setOpen] = useState(false);
    useEffect(() => setOpen(false), [path]);
    return (
        <header class={isOpen ? 'side open' : 'side'}>
            <div class="side-head">
                <a href="/" class="brand">
                    <span class="brand-mark" aria-hidden="true" />
                    greenroom
                </a>
                <button
                    type="button"
                    class="button quiet bare side-toggle"
                    aria-label="Menu"
                    aria-expanded={isOpen}
                    onClick={() => setOpen(!isOpen)}
                >
                    <Icon name={isOpen ? 'close' : 'menu'} />
                </button>
            </div>
            <div class="side-body">
                <button type="button" class="palette-button" onClick={onPalette}>
                    <Icon name="search" />
                    Jump to…
                    <kbd>Ctrl K</kbd>
                </button>
                <nav aria-label="Console">
                    {NAV_ITEMS.map(({ name, to, icon }) => (
                        <a key={to} href={to} class="side-link" aria-current={isWithin(path, to) ? 'page' : undefined}>
                            <Icon name={icon} size={17} />
                            {name}
                        </a>
                    ))}
                </nav>
                <footer class="side-foot">
                    <User />
                    <span class="row">
                        <Button kind="quiet" {...THEME_LOOKS[theme.value]} onPress={switchTheme} />
                        <Button kind="quiet" label="Keyboard shortcuts" onPress={onHelp}>
                            ?
                        </Button>
                    </span>
                </footer>
            </div>
        </header>
    );
}

const THEME_LOOKS: Record<Theme, { icon: IconName; label: string }> = {
    system: { icon: 'system', label: 'Theme: system' },
    light: { icon: 'sun', label: 'Theme: light' },
    dark: { icon: 'moon', label: 'Theme: dark' },
};

function User() {
    const state = connectionState();
    return (
        <span class={`user ${state.name}`}>
            <span class="dot" aria-hidden="true" />
            {state.name === 'open' ? state.username : state.name === 'offline' ? 'Offline' : 'Connecting'}
        </span>
    );
}

/** Duration of a connection loss from which a note is shown. */
const OFFLINE_NOTE_MILLIS = 1_500;

function ConnectionNote() {
    const state = connectionState();
    const isOffline = state.name === 'offline' && now.value - state.sinceMillis > OFFLINE_NOTE_MILLIS;
    return (
        <div role="status" aria-live="polite">
            {isOffline && (
                <p class="offline-note">
                    <Icon name="warning" />
                    <span>
                        <strong>Offline.</strong> Cannot reach {location.host}. Data may be stale; reconnecting
                        automatically.
                    </span>
                </p>
            )}
        </div>
    );
}

function Toasts() {
    return (
        <div class="toasts" role="status" aria-live="polite">
            {toasts.value.map(({ id, kind, text }) => (
                <div key={id} class={`toast ${kind}`} role={kind === 'error' ? 'alert' : undefined}>
                    <Icon name={kind === 'success' ? 'check' : 'warning'} />
                    <span>{text}</span>
                    <Button kind="quiet" icon="close" label="Dismiss" onPress={() => removeToast(id)} />
                </div>
            ))}
        </div>
    );
}

const SHORTCUTS: readonly (readonly [keys: readonly string[], effect: string])[] = [
    [['Ctrl', 'K'], 'Jump to an Actor, a run, a task or a page'],
    [['/'], 'Search the current list or log'],
    [['?'], 'Show the keyboard shortcuts'],
    [['Esc'], 'Close the dialog'],
    ...NAV_ITEMS.map(({ key, name }) => [['g', key], `Go to ${name}`] as const),
];

function ShortcutsHelp({ onClose }: { onClose: () => void }) {
    return (
        <Dialog title="Keyboard shortcuts" onClose={onClose}>
            <dl class="shortcuts">
                {SHORTCUTS.map(([keys, effect]) => (
                    <div key={effect}>
                        <dt>
                            {keys.map((key) => (
                                <kbd key={key}>{key}</kbd>
                            ))}
                        </dt>
                        <dd>{effect}</dd>
                    </div>
                ))}
            </dl>
        </Dialog>
    );
}
