import { Link } from '../ui/link.js';
import { Empty, Page } from '../ui/page.js';

/** For a place that there is not. */
export function NotFoundPage() {
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
