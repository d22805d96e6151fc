import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { ActorsTable } from '../actors/actors-table.js';
import { NoActors } from '../actors/no-actors.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { SearchField } from '../parts/search-field.js';
import { useQuery } from '../router/query.js';
import { changeQuery } from '../router/router.js';
import type { ActorItem, Page as Listed } from '../api/json.js';
import type { JSX } from '../preact.js';

/** All Actors of the engine. */
export function ActorsPage(): JSX.Element {
    const actors = useResource(
        'actors',
        (signal) => api<Listed<ActorItem>>('/acts', { query: { limit: 1000, desc: true }, signal }),
        { reloadOn: ({ name }) => name === 'build' },
    );
    const text = useQuery().get('search') ?? '';
    return (
        <Page title="Actors">
            <ResourceView resource={actors}>
                {({ items }) =>
                    items.length === 0 ? (
                        <NoActors />
                    ) : (
                        <>
                            <div class="toolbar">
                                <SearchField
                                    label="Search Actors"
                                    value={text}
                                    onChange={(search) => changeQuery({ search })}
                                />
                            </div>
                            <ActorsTable actors={items.filter((actor) => fits(actor, text))} />
                        </>
                    )
                }
            </ResourceView>
        </Page>
    );
}

function fits({ name, username, title = '' }: ActorItem, text: string): boolean {
    const words = text.toLowerCase().split(/\s+/);
    const searched = `${username}/${name} ${title}`.toLowerCase();
    return words.every((word) => searched.includes(word));
}
