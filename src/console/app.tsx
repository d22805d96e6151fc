import { Frame } from './frame/frame.js';
import { Outlet } from './router/outlet.js';
import { routes } from './routes.js';
import { token } from './state/token.js';
import { useValue } from './state/value.js';
import { TokenPage } from './pages/token-page.js';
import type { JSX } from './preact.js';

/** The console: with a token all of it, without one the question for it. */
export function App(): JSX.Element {
    const given = useValue(token);
    if (given === undefined) return <TokenPage />;
    // With another token, all is asked for anew.
    return (
        <Frame key={given}>
            <Outlet routes={routes} />
        </Frame>
    );
}
