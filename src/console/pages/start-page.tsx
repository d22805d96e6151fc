import { ActorFrame } from '../actors/actor-frame.js';
import { StartForm } from '../actors/start-form.js';
import { findStart } from '../actors/find-start.js';
import { useResource } from '../api/use-resource.js';
import { ResourceView } from '../parts/resource-view.js';
import { useQuery } from '../router/query.js';
import type { Actor } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** Starts a run of an Actor. With `?runAgain=RUN_ID`, with what that run was started with. */
export function StartPage({ params }: PageProps): JSX.Element {
    const runAgain = useQuery().get('runAgain') ?? undefined;
    return (
        <ActorFrame actorId={params['id']!} tab="Input">
            {(actor) => <Start key={`${actor.id} ${runAgain}`} actor={actor} runAgain={runAgain} />}
        </ActorFrame>
    );
}

function Start({ actor, runAgain }: { actor: Actor; runAgain: string | undefined }): JSX.Element {
    const start = useResource(`start ${runAgain}`, (signal) => findStart(runAgain, signal));
    return (
        <ResourceView resource={start}>
            {({ given, choices }) => <StartForm actor={actor} given={given} givenChoices={choices} />}
        </ResourceView>
    );
}
