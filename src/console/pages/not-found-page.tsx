import { Empty } from '../parts/empty.js';
import { Link } from '../parts/link.js';
import { Page } from '../parts/page.js';
import type { JSX } from '../preact.js';

/** For a place that there is not. */
export function NotFoundPage(): JSX.Element {
    return (
        <Page title="No such page">
            <Empty title="There is nothing here" actions={<Link to="/">Go to the overview</Link>}>
                <p>
                    The console has no page at <code>{location.pathname}</code>.
                </p>
            </Empty>
        </Page>
    );
}
