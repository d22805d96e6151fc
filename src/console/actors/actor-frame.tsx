import type { ComponentChildren } from 'preact';
import { useActor } from './use-actor.js';
import type { Actor } from '../api/json.js';
import { ButtonLink } from '../ui/button.js';
import { Page, Tabs } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';

/** The parts of the page of an Actor. */
export type ActorTab = 'Overview' | 'Input' | 'Runs' | 'Builds' | 'Versions' | 'Readme' | 'Settings';

/** A part of the page of an Actor, with what all parts have. */
export function ActorFrame({
    actorId,
    tab,
    children,
}: {
    actorId: string;
    tab: ActorTab;
    children: (actor: Actor) => ComponentChildren;
}) {
    const resource = useActor(actorId);
    const actor = resource.value;
    const title = actor === undefined ? 'Actor' : (actor.title ?? actor.name);
    const base = `/actors/${encodeURIComponent(actor?.id ?? actorId)}`;
    return (
        <Page
            title={tab === 'Overview' ? title : `${tab} · ${title}`}
            heading={title}
            crumbs={[{ name: 'Actors', to: '/actors' }]}
            actions={
                tab !== 'Input' &&
                actor && (
                    <ButtonLink to={`${base}/start`} kind="primary" icon="run">
                        Start
                    </ButtonLink>
                )
            }
        >
            <ResourceView resource={resource}>
                {(value) => (
                    <>
                        <Tabs
                            label="Parts of the Actor"
                            current={tab}
                            tabs={[
                                { name: 'Overview', to: base },
                                { name: 'Input', to: `${base}/start` },
                                { name: 'Runs', to: `${base}/runs`, count: value.stats.totalRuns },
                                { name: 'Builds', to: `${base}/builds`, count: value.stats.totalBuilds },
                                { name: 'Versions', to: `${base}/versions`, count: value.versions.length },
                                { name: 'Readme', to: `${base}/readme` },
                                { name: 'Settings', to: `${base}/settings` },
                            ]}
                        />
                        {children(value)}
                    </>
                )}
            </ResourceView>
        </Page>
    );
}
