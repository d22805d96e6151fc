import { isWithin, NAV_PLACES } from './places.js';
import { ThemeButton } from './theme-button.js';
import { useConnectionState } from '../live/live.js';
import { Button } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { Link } from '../parts/link.js';
import { place } from '../router/router.js';
import { useValue } from '../state/value.js';
import { useEffect, useState, type JSX } from '../preact.js';

/** The places of the console, and who is looking. On narrow screens it is behind a button. */
export function Navigation({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }): JSX.Element {
    const { path } = useValue(place);
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

function Who(): JSX.Element {
    const state = useConnectionState();
    return (
        <span class={`who ${state.name}`}>
            <span class="dot" aria-hidden="true" />
            {state.name === 'open' ? state.username : state.name === 'offline' ? 'Offline' : 'Connecting'}
        </span>
    );
}
