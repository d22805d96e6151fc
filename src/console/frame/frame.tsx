import type { ComponentChildren } from 'preact';
import { useState, useEffect } from 'preact/hooks';
import { Palette } from './palette.js';
import { useShortcuts, NAV_PLACES, isWithin } from './shortcuts.js';
import { connectionState } from '../live/live.js';
import { place } from '../router/router.js';
import { now } from '../state/now.js';
import { switchTheme, theme, type Theme } from '../state/theme.js';
import { removeToast, toasts } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { Icon, type IconName } from '../ui/icon.js';
import { Link } from '../ui/link.js';

/** What is around every page: the navigation, how it stands with the engine, and what the keyboard does. */
export function Frame({ children }: { children: ComponentChildren }) {
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

/** Shorter breaks are nobody's business. */
const PATIENCE_MILLIS = 1_500;

/** Says that the engine is not reached, as long as that is so. */
export function ConnectionNote() {
    const state = connectionState();
    const isOffline = state.name === 'offline' && now.value - state.sinceMillis > PATIENCE_MILLIS;
    return (
        <div role="status" aria-live="polite">
            {isOffline && (
                <p class="offline-note">
                    <Icon name="warning" />
                    <span>
                        <strong>Offline.</strong> Nothing answers at {location.host}: the engine has stopped listening,
                        or was started anew at another port. What is shown is as it was; it goes on by itself once it is
                        back.
                    </span>
                </p>
            )}
        </div>
    );
}

const LOOKS: Record<Theme, { icon: IconName; label: string }> = {
    system: { icon: 'system', label: 'Colours: as the system' },
    light: { icon: 'sun', label: 'Colours: light' },
    dark: { icon: 'moon', label: 'Colours: dark' },
};

/** Goes from the system's colours to light ones to dark ones. */
export function ThemeButton() {
    const { icon, label } = LOOKS[theme.value];
    return <Button kind="quiet" icon={icon} label={label} onPress={switchTheme} />;
}

/** What the keyboard does. */
export function ShortcutsHelp({ onClose }: { onClose: () => void }) {
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

/** The places of the console, and who is looking. On narrow screens it is behind a button. */
export function Navigation({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
    const { path } = place.value;
    const [isOpen, setOpen] = useState(false);
    useEffect(() => setOpen(false), [path]);
    return (
        <header class={isOpen ? 'side open' : 'side'}>
            <div class="side-head">
                <Link to="/" class="brand">
                    <span class="brand-mark" aria-hidden="true" />
                    greenroom
                </Link>
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
                <button type="button" class="jump" onClick={onPalette}>
                    <Icon name="search" />
                    Jump to…
                    <kbd>Ctrl K</kbd>
                </button>
                <nav aria-label="Console">
                    {NAV_PLACES.map(({ name, to, icon }) => (
                        <Link key={to} to={to} class="side-link" isCurrent={isWithin(path, to)}>
                            <Icon name={icon} size={17} />
                            {name}
                        </Link>
                    ))}
                </nav>
                <footer class="side-foot">
                    <Who />
                    <span class="row">
                        <ThemeButton />
                        <Button kind="quiet" label="Keyboard shortcuts" onPress={onHelp}>
                            ?
                        </Button>
                    </span>
                </footer>
            </div>
        </header>
    );
}

function Who() {
    const state = connectionState();
    return (
        <span class={`who ${state.name}`}>
            <span class="dot" aria-hidden="true" />
            {state.name === 'open' ? state.username : state.name === 'offline' ? 'Offline' : 'Connecting'}
        </span>
    );
}

/** The words at the edge of the page, which are read out too. */
export function Toasts() {
    const shown = toasts.value;
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
