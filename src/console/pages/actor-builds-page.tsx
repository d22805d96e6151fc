import { ActorFrame } from '../actors/actor-frame.js';
import { BuildButton } from '../builds/build-button.js';
import { buildColumns } from '../builds/build-columns.js';
import { useBuilds } from '../actors/use-actor.js';
import { Empty } from '../parts/empty.js';
import { ResourceView } from '../parts/resource-view.js';
import { Table } from '../parts/table.js';
import type { Actor } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** The builds of an Actor, and how to get another. */
export function ActorBuildsPage({ params }: PageProps): JSX.Element {
    return (
        <ActorFrame actorId={params['id']!} tab="Builds">
            {(actor) => <Builds actor={actor} />}
        </ActorFrame>
    );
}

function Builds({ actor }: { actor: Actor }): JSX.Element {
    const builds = useBuilds(actor.id);
    return (
        <>
            <div class="toolbar">
                <BuildButton actor={actor} />
            </div>
            <ResourceView resource={builds}>
                {({ items }) =>
                    items.length === 0 ? (
                        <Empty title="Nothing has been built yet">
                            <p>A build makes a version of the Actor runnable.</p>
                        </Empty>
                    ) : (
                        <Table
                            rows={items}
                            columns={buildColumns(actor)}
                            keyOf={({ id }) => id}
                            label="Builds of the Actor"
                        />
                    )
                }
            </ResourceView>
        </>
    );
}
