import { ActorFrame } from '../actors/actor-frame.js';
import { StartForm } from '../actors/start-form.js';
import { findStart } from '../actors/find-start.js';
import { useResource } from '../api/use-resource.js';
import { ResourceView } from '../parts/resource-view.js';
import { useQuery } from '../router/query.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** Starts a run of an Actor. With `?runAgain=RUN_ID`, with what that run was started with. */
export function StartPage({ params }: PageProps): JSX.Element {
    const runAgain = useQuery().get('runAgain') ?? undefined;
    return (
        <ActorFrame actorId={params['id']!} tab="Input">
            {(actor) => <Start key={`${actor.id} ${runAgain}`} actorId={actor.id} runAgain={runAgain} />}
        </ActorFrame>
    );
}

function Start({ actorId, runAgain }: { actorId: string; runAgain: string | undefined }): JSX.Element {
    const start = useResource(`start ${actorId} ${runAgain}`, (signal) => findStart(actorId, runAgain, signal));
    return (
        <ResourceView resource={start}>
            {(found) => (
                <StartForm
                    key={`${actorId} ${runAgain}`}
                    actor={found.actor}
                    given={found.given}
                    givenChoices={found.choices}
                />
            )}
        </ResourceView>
    );
}
