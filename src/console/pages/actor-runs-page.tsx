import { ActorFrame } from '../actors/actor-frame.js';
import { AllRuns } from '../runs/all-runs.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** The runs of an Actor. */
export function ActorRunsPage({ params }: PageProps): JSX.Element {
    return (
        <ActorFrame actorId={params['id']!} tab="Runs">
            {({ id }) => (
                <AllRuns
                    path={`/acts/${id}/runs`}
                    label="Runs of the Actor"
                    isOf={({ actId }) => actId === id}
                    hasActors={false}
                />
            )}
        </ActorFrame>
    );
}
