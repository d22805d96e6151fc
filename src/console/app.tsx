import { Frame } from './frame/frame.js';
import { TokenPage } from './pages/token-page.js';
import { Outlet } from './router/outlet.js';
import { routes } from './routes.js';
import { token } from './state/token.js';

/** The console: with a token all of it, without one the question for it. */
export function App() {
    const given = token.value;
    if (given === undefined) return <TokenPage />;
    // With another token, all is asked for anew.
    return (
        <Frame key={given}>
            <Outlet routes={routes} />
        </Frame>
    );
}
