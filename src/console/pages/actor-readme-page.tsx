import { ActorFrame } from '../actors/actor-frame.js';
import { useBuildOf } from '../actors/use-actor.js';
import { Empty } from '../parts/empty.js';
import { MarkdownText } from '../parts/markdown-text.js';
import { ResourceView } from '../parts/resource-view.js';
import type { Actor } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** What the Actor says of itself: the README of the build that runs get by default. */
export function ActorReadmePage({ params }: PageProps): JSX.Element {
    return (
        <ActorFrame actorId={params['id']!} tab="Readme">
            {(actor) => <Readme actor={actor} />}
        </ActorFrame>
    );
}

function Readme({ actor }: { actor: Actor }): JSX.Element {
    const build = useBuildOf(actor, undefined);
    return (
        <ResourceView resource={build}>
            {(value) =>
                value?.readme ? (
                    <article class="card readme">
                        <MarkdownText text={value.readme} />
                    </article>
                ) : (
                    <Empty title="It has no README">
                        <p>
                            Put a <code>README.md</code> into the Actor's folder, or into its <code>.actor</code>.
                        </p>
                    </Empty>
                )
            }
        </ResourceView>
    );
}
